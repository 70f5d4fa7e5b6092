#pragma once

#include "core/json.h"
#include "tokenize/aligned_text.h"

namespace m2v::tokenize {

/// Strip: drops white space at the start, at the end or both.
struct Strip {
  bool left = true;
  bool right = true;

  static Strip parse(const core::JsonAt& json);
  void normalize(AlignedText& text) const;
};

}  // namespace m2v::tokenize
