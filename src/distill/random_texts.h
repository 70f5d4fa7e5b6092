#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "distill/rewrite_tokenizer.h"
#include "encoder/encoder.h"

namespace m2v::distillation {

/// Texts of words drawn at random from the vocabulary itself. The teacher's vectors of them show
/// how it combines words, without any data.
struct RandomTexts {
  std::vector<std::vector<std::uint32_t>> tokens;  ///< The token ids in the static model, per text.
  std::vector<encoder::Sequence> inputs;           ///< The teacher's input, per text.
};

/// Generates `count` texts of 3 to 12 words each, fewer if the teacher's maximum length requires
/// it. A word is a token that can begin a word. The word of rank r is drawn with a probability
/// proportional to 1 / sqrt(r + 1), which is flatter than Zipf's law, so that rare words occur too.
/// The texts are the same in every run. Throws std::invalid_argument if the teacher cannot read
/// three tokens at once.
RandomTexts random_texts(const RewrittenTokenizer& rewritten, const Teacher& teacher,
                         const encoder::Encoder& encoder, std::size_t count);

}  // namespace m2v::distillation
