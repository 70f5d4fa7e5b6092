#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace m2v::base {

/// Returns a count with its noun, such as "1 text" or "20 texts". `many` is the plural; if it is
/// empty, the plural is `one` with an "s" appended.
inline std::string counted(std::size_t count, std::string_view one, std::string_view many = {}) {
  std::string text = std::to_string(count) + " ";
  if (count != 1 && !many.empty()) return text.append(many);
  return text.append(one).append(count == 1 ? "" : "s");
}

}  // namespace m2v::base
