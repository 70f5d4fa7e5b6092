#pragma once

#include "tokenize/aligned_text.h"

namespace m2v::tokenize {

/// Lowercase: each character's full lowercase form, without looking at its neighbours.
struct Lowercase {
  void normalize(AlignedText& text) const;
};

}  // namespace m2v::tokenize
