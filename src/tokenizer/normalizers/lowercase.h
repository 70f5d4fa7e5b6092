#pragma once

#include "tokenizer/aligned_text.h"

namespace m2v::tokenizer {

/// Lowercase: replaces each character with its full lowercase form, regardless of its neighbors.
struct Lowercase {
  void normalize(AlignedText& text) const;
};

}  // namespace m2v::tokenizer
