#pragma once

#include <cstddef>
#include <string_view>

namespace m2v::cli {

/// One character of a text. If its bytes are not well-formed UTF-8, it is the longest prefix that
/// could begin a character, as in the library.
struct Character {
  char32_t code = 0xFFFD;  ///< U+FFFD if not valid.
  std::size_t size = 1;    ///< Number of bytes.
  bool valid = false;      ///< Whether the bytes are well-formed UTF-8.
};

/// Returns the first character of `text`. Precondition: `text` is not empty.
Character next_character(std::string_view text) noexcept;

/// Returns the number of columns that a terminal uses for a code point: 0 for combining marks, 2
/// for East Asian wide characters and emoji, 1 otherwise.
int column_width(char32_t code) noexcept;

}  // namespace m2v::cli
