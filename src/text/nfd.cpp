#include "unicode/mark_order.h"
#include "unicode/unicode.h"

namespace m2v::unicode {
void append_nfd(std::u32string_view text, std::u32string& out) {
  const std::size_t begin = out.size();
  bool has_marks = false;
  for (const char32_t c : text) {
    const std::uint16_t bits = properties(c);
    if ((bits & (kDecomposes | kNonStarter)) == 0) {
      out.push_back(c);
      continue;
    }
    const std::size_t first = out.size();
    append_decomposition(c, out);
    // The parts of one decomposition are in order. So a starter with its marks can only get out of
    // order by a later mark, and that may be the first part of a starter's decomposition (U+0F73).
    has_marks = has_marks || (properties(out[first]) & kNonStarter) != 0;
  }
  if (has_marks) {
    order_marks(out.begin() + static_cast<std::ptrdiff_t>(begin), out.end(), combining_class);
  }
}

std::u32string nfd(std::u32string_view text) {
  std::u32string out;
  out.reserve(text.size());
  append_nfd(text, out);
  return out;
}

}  // namespace m2v::unicode
