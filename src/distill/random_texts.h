#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "distill/surgery.h"
#include "encoder/encoder.h"

namespace m2v::distillation {

/// Texts of words drawn at random from the vocabulary itself: a teacher says of them how it puts
/// words together, and no data is needed.
struct RandomTexts {
  std::vector<std::vector<std::uint32_t>> tokens;  ///< Ids of the static model.
  std::vector<encoder::Sequence> inputs;           ///< What the teacher reads.
};

/// 3 to 12 words each, fewer if the teacher reads fewer. A word is a token that a word can begin
/// with; the one of rank r is drawn with a chance as 1 / sqrt(r + 1), which is flatter than Zipf's
/// law, for rare words must be met too. The same texts every time. Throws std::invalid_argument if
/// the teacher reads no three tokens at once.
RandomTexts random_texts(const Surgery& surgery, const Teacher& teacher,
                         const encoder::Encoder& encoder, std::size_t count);

}  // namespace m2v::distillation
