#pragma once

#include <string>

#include "base/json.h"
#include "tokenizer/aligned_text.h"
#include "tokenizer/regex/regex.h"

namespace m2v::tokenizer {

/// Replace: replaces every match of a string or of a regular expression with `content`.
struct Replace {
  Regex pattern;
  std::u32string content;

  static Replace parse(const base::JsonAt& json);
  void normalize(AlignedText& text) const;
};

}  // namespace m2v::tokenizer
