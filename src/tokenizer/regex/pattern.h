#pragma once

#include <cstddef>
#include <utility>
#include <vector>

#include "core/json.h"
#include "tokenize/aligned_text.h"
#include "tokenize/regex/regex.h"

namespace m2v::tokenize {

/// Reads {"String": "..."} or {"Regex": "..."}. Throws FormatError.
Regex parse_pattern(const core::JsonAt& json);

/// The matches in a text: begin and end of each, in characters.
std::vector<std::pair<std::size_t, std::size_t>> find_all(const Regex& pattern,
                                                          const AlignedText& text);

}  // namespace m2v::tokenize
