#pragma once

#include <vector>

#include "distill/surgery.h"
#include "encoder/encoder.h"

namespace m2v::distillation {

/// What the teacher reads for each token of the static model: a token that it knows itself between
/// the special tokens that it expects around a text; a new one as its own tokenizer encodes it,
/// with neither padding nor truncation. Throws FormatError for ids that the teacher has no
/// embedding of, std::invalid_argument for an entry that is too long for it.
std::vector<encoder::Sequence> make_inputs(const Surgery& surgery, const Teacher& teacher,
                                           const encoder::Encoder& encoder);

}  // namespace m2v::distillation
