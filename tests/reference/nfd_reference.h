#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "text/unicode.h"

namespace m2v::reference {

/// Computes normalization form D literally as the Unicode standard defines it (D108, D109): swaps
/// neighboring characters as long as two are in the wrong order.
inline std::u32string nfd(std::u32string_view text) {
  std::u32string out;
  for (const char32_t c : text) text::append_decomposition(c, out);
  for (bool swapped = true; swapped;) {
    swapped = false;
    for (std::size_t i = 1; i < out.size(); ++i) {
      const auto here = text::combining_class(out[i]);
      if (here == 0 || text::combining_class(out[i - 1]) <= here) continue;
      std::swap(out[i - 1], out[i]);
      swapped = true;
    }
  }
  return out;
}

}  // namespace m2v::reference
