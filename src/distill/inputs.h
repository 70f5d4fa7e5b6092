#pragma once

#include <vector>

#include "distill/rewrite_tokenizer.h"
#include "encoder/encoder.h"

namespace m2v::distillation {

/// Returns the teacher's input for each token of the static model, one sequence of ids per token. A
/// token of the teacher's own vocabulary stands between the special tokens that the teacher expects
/// around a text; a new token is encoded by the teacher's tokenizer, with neither padding nor
/// truncation. Throws FormatError if the teacher has no embedding for an id, and
/// std::invalid_argument if an entry is empty or too long for the teacher.
std::vector<encoder::Sequence> make_inputs(const RewrittenTokenizer& rewritten,
                                           const Teacher& teacher, const encoder::Encoder& encoder);

}  // namespace m2v::distillation
