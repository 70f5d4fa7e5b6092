#pragma once

#include <vector>

#include "base/json.h"
#include "tokenizer/aligned_text.h"

namespace m2v::tokenizer {

/// CharDelimiterSplit: splits at a delimiter character, which it drops.
struct CharDelimiter {
  char32_t delimiter;

  static CharDelimiter parse(const base::JsonAt& json);
  void split(std::vector<AlignedText>& words) const;
};

/// Reads a string of exactly one character. Throws FormatError for anything else.
char32_t parse_character(const base::JsonAt& json);

}  // namespace m2v::tokenizer
