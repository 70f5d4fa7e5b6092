#include "text/normal_forms.h"

#include <algorithm>
#include <iterator>
#include <string>

#include "text/hangul.h"
#include "text/look_up.h"
#include "text/mark_order.h"
#include "text/unicode.h"

namespace m2v::text {
namespace {

void append_full_decomposition(char32_t c, std::u32string& out) {
  // A value is the offset in the pool, times 32, plus the length.
  const unsigned value = look_up<tables::kCompatibilityShift>(tables::kCompatibilityBlocks,
                                                              tables::kCompatibilityValues, c);
  if (value == 0) return append_decomposition(c, out);
  out.append(tables::kCompatibilityPool + value / 32, value % 32);
}

void decompose(std::u32string_view text, bool compatibility, std::vector<Rewritten>& out) {
  std::u32string parts;
  for (const char32_t c : text) {
    parts.clear();
    compatibility ? append_full_decomposition(c, parts) : append_decomposition(c, parts);
    for (std::size_t i = 0; i < parts.size(); ++i) out.push_back({parts[i], i == 0 ? 1u : 0u});
  }
}

/// Composes each starter with the following marks that are not blocked, and with the next starter
/// if it follows immediately. Changes the elements from `begin` on.
void compose_from(std::size_t begin, std::vector<Rewritten>& text) {
  constexpr std::size_t kNone = static_cast<std::size_t>(-1);
  std::size_t starter = kNone;
  std::size_t kept = begin;
  std::uint8_t last_class = 0;  // class of the last mark kept after the starter; 0 if none
  for (std::size_t i = begin; i < text.size(); ++i) {
    const Rewritten next = text[i];
    const std::uint8_t own_class = combining_class(next.character);
    const bool blocked = last_class != 0 && last_class >= own_class;
    if (starter != kNone && !blocked) {
      if (const char32_t composed = compose(text[starter].character, next.character)) {
        text[starter].character = composed;
        text[starter].taken += next.taken;
        continue;
      }
    }
    last_class = own_class;
    if (own_class == 0) starter = kept;
    text[kept++] = next;
  }
  text.resize(kept);
}

}  // namespace

void normalize(std::u32string_view text, NormalForm form, std::vector<Rewritten>& out) {
  const std::size_t begin = out.size();
  decompose(text, form == NormalForm::kKd || form == NormalForm::kKc, out);
  order_marks(out.begin() + static_cast<std::ptrdiff_t>(begin), out.end(),
              [](const Rewritten& part) { return combining_class(part.character); });
  if (form == NormalForm::kC || form == NormalForm::kKc) compose_from(begin, out);
}

char32_t compose(char32_t first, char32_t second) noexcept {
  constexpr char32_t kLowestSecond = 0x300;
  if (second < kLowestSecond) return 0;
  if (const char32_t syllable = hangul::compose(first, second)) return syllable;
  const std::uint64_t pair = std::uint64_t{first} << 32 | second;
  const auto* const end = std::end(tables::kCompositionPairs);
  const auto* const found = std::lower_bound(tables::kCompositionPairs, end, pair);
  if (found == end || *found != pair) return 0;
  return tables::kCompositions[found - tables::kCompositionPairs];
}

bool is_combining_mark(char32_t c) noexcept {
  const auto* const firsts = tables::kCombiningMarkFirsts;
  const auto* const after = std::upper_bound(firsts, std::end(tables::kCombiningMarkFirsts), c);
  return after != firsts && c <= tables::kCombiningMarkLasts[after - firsts - 1];
}

}  // namespace m2v::text
