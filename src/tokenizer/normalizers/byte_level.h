#pragma once

#include "tokenize/aligned_text.h"

namespace m2v::tokenize {

/// ByteLevel: writes each byte of the UTF-8 as its character of the byte alphabet.
struct ByteLevelNormalizer {
  void normalize(AlignedText& text) const;
};

}  // namespace m2v::tokenize
