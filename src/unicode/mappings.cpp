#include "unicode/unicode.h"

namespace m2v::unicode {
namespace {

constexpr char32_t kSyllableBase = 0xAC00;
constexpr char32_t kLeadingBase = 0x1100;
constexpr char32_t kVowelBase = 0x1161;
constexpr char32_t kTrailingBase = 0x11A7;  // One before the first: syllables may have none.
constexpr char32_t kVowels = 21;
constexpr char32_t kTrailings = 28;
constexpr char32_t kSyllables = 19 * kVowels * kTrailings;

/// The value of c in a table whose last block is that of the last code point with a value.
template <unsigned kShift, class Value, std::size_t kBlocks, std::size_t kValues>
Value look_up(const std::uint8_t (&blocks)[kBlocks], const Value (&values)[kValues],
              char32_t c) noexcept {
  if (c >> kShift >= kBlocks) return 0;
  const unsigned block = blocks[c >> kShift];
  return values[(block << kShift) + (c & ((1u << kShift) - 1))];
}

void append_syllable(char32_t syllable, std::u32string& out) {
  out.push_back(kLeadingBase + syllable / (kVowels * kTrailings));
  out.push_back(kVowelBase + syllable / kTrailings % kVowels);
  if (const char32_t trailing = syllable % kTrailings; trailing != 0) {
    out.push_back(kTrailingBase + trailing);
  }
}

}  // namespace

std::uint8_t combining_class(char32_t c) noexcept {
  return look_up<tables::kCombiningClassShift>(tables::kCombiningClassBlocks,
                                               tables::kCombiningClassValues, c);
}

void append_decomposition(char32_t c, std::u32string& out) {
  if ((properties(c) & kDecomposes) == 0) {
    out.push_back(c);
  } else if (c - kSyllableBase < kSyllables) {
    append_syllable(c - kSyllableBase, out);
  } else {
    // A value is the place in the pool, times 4, plus the length less 1.
    const unsigned value = look_up<tables::kDecompositionShift>(tables::kDecompositionBlocks,
                                                                tables::kDecompositionValues, c);
    out.append(tables::kDecompositionPool + value / 4, value % 4 + 1);
  }
}

void append_lowercase(char32_t c, std::u32string& out) {
  constexpr char32_t kCapitalIWithDot = 0x130;  // The only one of two code points: i and the dot.
  if ((properties(c) & kLowercases) == 0) {
    out.push_back(c);
  } else if (c == kCapitalIWithDot) {
    out.append(U"i\u0307");
  } else {
    const unsigned index =
        look_up<tables::kLowercaseShift>(tables::kLowercaseBlocks, tables::kLowercaseValues, c);
    out.push_back(c + static_cast<char32_t>(tables::kLowercaseDistances[index]));
  }
}

}  // namespace m2v::unicode
