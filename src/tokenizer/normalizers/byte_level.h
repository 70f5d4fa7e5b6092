#pragma once

#include "tokenizer/aligned_text.h"

namespace m2v::tokenizer {

/// ByteLevel: replaces each character with one character of the byte alphabet per byte of its
/// UTF-8.
struct ByteLevelNormalizer {
  void normalize(AlignedText& text) const;
};

}  // namespace m2v::tokenizer
