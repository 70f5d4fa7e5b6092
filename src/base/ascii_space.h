#pragma once

#include <cstddef>
#include <string_view>

namespace m2v::base {

inline constexpr std::string_view kAsciiSpaces = " \t\n\r\f\v";

/// Returns whether a character is ASCII whitespace.
constexpr bool is_ascii_space(char c) noexcept {
  return kAsciiSpaces.find(c) != std::string_view::npos;
}

/// Returns whether a text is empty or consists of ASCII whitespace.
constexpr bool is_ascii_blank(std::string_view text) noexcept {
  return text.find_first_not_of(kAsciiSpaces) == std::string_view::npos;
}

/// Returns `text` without the characters of `spaces` at its ends.
constexpr std::string_view trimmed(std::string_view text,
                                   std::string_view spaces = kAsciiSpaces) noexcept {
  const std::size_t begin = text.find_first_not_of(spaces);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(spaces) + 1 - begin);
}

}  // namespace m2v::base
