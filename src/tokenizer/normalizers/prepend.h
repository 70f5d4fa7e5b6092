#pragma once

#include <string>

#include "core/json.h"
#include "tokenize/aligned_text.h"

namespace m2v::tokenize {

/// Prepend: puts a string in front of any text but an empty one.
struct Prepend {
  std::u32string front;

  static Prepend parse(const core::JsonAt& json);
  void normalize(AlignedText& text) const;
};

}  // namespace m2v::tokenize
