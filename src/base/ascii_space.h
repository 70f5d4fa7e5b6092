#pragma once

#include <cstddef>
#include <string_view>

namespace m2v::core {

/// The text without what is in `blanks` around it.
constexpr std::string_view trimmed(std::string_view text, std::string_view blanks) noexcept {
  const std::size_t begin = text.find_first_not_of(blanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(blanks) + 1 - begin);
}

}  // namespace m2v::core
