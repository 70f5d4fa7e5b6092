#pragma once

#include "base/json.h"
#include "tokenizer/aligned_text.h"

namespace m2v::tokenizer {

/// Strip: removes whitespace at the start, at the end, or both.
struct Strip {
  bool left = true;
  bool right = true;

  static Strip parse(const base::JsonAt& json);
  void normalize(AlignedText& text) const;
};

}  // namespace m2v::tokenizer
