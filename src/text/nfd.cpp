#include "text/mark_order.h"
#include "text/unicode.h"

namespace m2v::text {
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
    // The parts of one decomposition are in canonical order. So the order can be disturbed only by
    // a decomposition that begins with a mark. Even a starter may have one (U+0F73).
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

}  // namespace m2v::text
