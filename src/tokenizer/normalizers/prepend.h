#pragma once

#include <string>

#include "base/json.h"
#include "tokenizer/aligned_text.h"

namespace m2v::tokenizer {

/// Prepend: inserts a string at the start of every nonempty text.
struct Prepend {
  std::u32string front;

  static Prepend parse(const base::JsonAt& json);
  void normalize(AlignedText& text) const;
};

}  // namespace m2v::tokenizer
