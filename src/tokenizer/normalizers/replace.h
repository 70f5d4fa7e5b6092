#pragma once

#include <string>

#include "core/json.h"
#include "tokenize/aligned_text.h"
#include "tokenize/regex/regex.h"

namespace m2v::tokenize {

/// Replace: puts `content` in the place of every match of a string or of a regular expression.
struct Replace {
  Regex pattern;
  std::u32string content;

  static Replace parse(const core::JsonAt& json);
  void normalize(AlignedText& text) const;
};

}  // namespace m2v::tokenize
