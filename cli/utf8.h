#pragma once

#include <cstddef>
#include <string_view>

namespace m2v::cli {

/// One character of a text: how many bytes it has, and whether they are well-formed UTF-8. If not,
/// they are the longest part that could have begun a character, as in the library.
struct Character {
  char32_t code = 0xFFFD;
  std::size_t size = 1;
  bool valid = false;
};

/// The character at the front of `text`, which is not empty.
Character next_character(std::string_view text) noexcept;

/// Columns that a terminal gives it: 0 for combining marks, 2 for East Asian wide ones and emoji.
int column_width(char32_t code) noexcept;

}  // namespace m2v::cli
