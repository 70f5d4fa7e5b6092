#include <algorithm>
#include <array>

#include "unicode/unicode.h"

namespace m2v::unicode {
namespace {

bool by_class(char32_t a, char32_t b) noexcept { return combining_class(a) < combining_class(b); }

/// Stable, and linear: a hostile text may be one run of many thousand marks.
void counting_sort_by_class(std::u32string::iterator begin, std::u32string::iterator end) {
  std::array<std::size_t, 257> places{};
  for (auto c = begin; c != end; ++c) ++places[combining_class(*c) + 1u];
  for (std::size_t i = 1; i < places.size(); ++i) places[i] += places[i - 1];
  const std::u32string unsorted(begin, end);
  for (const char32_t c : unsorted) {
    begin[static_cast<std::ptrdiff_t>(places[combining_class(c)]++)] = c;
  }
}

/// Sorts every run of non-starters from `begin` on by class, equal classes staying as they are.
void order_marks(std::u32string& text, std::size_t begin) {
  const auto is_starter = [](char32_t c) { return (properties(c) & kNonStarter) == 0; };
  const auto end = text.end();
  for (auto run = text.begin() + static_cast<std::ptrdiff_t>(begin); run != end;) {
    run = std::find_if_not(run, end, is_starter);
    const auto run_end = std::find_if(run, end, is_starter);
    if (!std::is_sorted(run, run_end, by_class)) counting_sort_by_class(run, run_end);
    run = run_end;
  }
}

}  // namespace

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
  if (has_marks) order_marks(out, begin);
}

std::u32string nfd(std::u32string_view text) {
  std::u32string out;
  out.reserve(text.size());
  append_nfd(text, out);
  return out;
}

}  // namespace m2v::unicode
