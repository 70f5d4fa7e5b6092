#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "unicode/unicode.h"

namespace m2v::reference {

/// Normalization form D by the letter of the standard (D108, D109): swap neighbours as long as two
/// are in the wrong order.
inline std::u32string nfd(std::u32string_view text) {
  std::u32string out;
  for (const char32_t c : text) unicode::append_decomposition(c, out);
  for (bool swapped = true; swapped;) {
    swapped = false;
    for (std::size_t i = 1; i < out.size(); ++i) {
      const auto here = unicode::combining_class(out[i]);
      if (here == 0 || unicode::combining_class(out[i - 1]) <= here) continue;
      std::swap(out[i - 1], out[i]);
      swapped = true;
    }
  }
  return out;
}

}  // namespace m2v::reference
