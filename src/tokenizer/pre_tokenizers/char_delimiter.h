#pragma once

#include <vector>

#include "core/json.h"
#include "tokenize/aligned_text.h"

namespace m2v::tokenize {

/// CharDelimiterSplit: what stands between the delimiters.
struct CharDelimiter {
  char32_t delimiter;

  static CharDelimiter parse(const core::JsonAt& json);
  void split(std::vector<AlignedText>& words) const;
};

/// Reads a string of one character. Throws FormatError.
char32_t parse_character(const core::JsonAt& json);

}  // namespace m2v::tokenize
