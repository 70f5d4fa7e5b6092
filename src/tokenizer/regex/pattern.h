#pragma once

#include <cstddef>
#include <utility>
#include <vector>

#include "base/json.h"
#include "tokenizer/aligned_text.h"
#include "tokenizer/regex/regex.h"

namespace m2v::tokenizer {

/// Reads {"String": "..."} or {"Regex": "..."}. Throws FormatError for anything else and if the
/// regular expression is invalid.
Regex parse_pattern(const base::JsonAt& json);

/// Returns the ranges [begin, end) of the matches in a text, in characters.
std::vector<std::pair<std::size_t, std::size_t>> find_all(const Regex& pattern,
                                                          const AlignedText& text);

}  // namespace m2v::tokenizer
