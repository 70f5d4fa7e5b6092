#include "text/hangul.h"
#include "text/look_up.h"
#include "text/unicode.h"

namespace m2v::text {
std::uint8_t combining_class(char32_t c) noexcept {
  return look_up<tables::kCombiningClassShift>(tables::kCombiningClassBlocks,
                                               tables::kCombiningClassValues, c);
}

RegexClass regex_class(char32_t c) noexcept {
  constexpr unsigned kCategoryBits = 0x1F;
  constexpr unsigned kWordBit = 0x20;
  constexpr unsigned kNumericBit = 0x40;
  const unsigned value =
      look_up<tables::kRegexClassShift>(tables::kRegexClassBlocks, tables::kRegexClassValues, c);
  return {static_cast<Category>(value & kCategoryBits), (value & kWordBit) != 0,
          (value & kNumericBit) != 0};
}

std::uint8_t script(char32_t c) noexcept {
  return look_up<tables::kScriptShift>(tables::kScriptBlocks, tables::kScriptValues, c);
}

void append_decomposition(char32_t c, std::u32string& out) {
  if ((properties(c) & kDecomposes) == 0) {
    out.push_back(c);
  } else if (hangul::is_syllable(c)) {
    hangul::append_parts(c, out);
  } else {
    // A value is the offset in the pool, times 4, plus the length less 1.
    const unsigned value = look_up<tables::kDecompositionShift>(tables::kDecompositionBlocks,
                                                                tables::kDecompositionValues, c);
    out.append(tables::kDecompositionPool + value / 4, value % 4 + 1);
  }
}

void append_lowercase(char32_t c, std::u32string& out) {
  constexpr char32_t kCapitalIWithDot = 0x130;  // the only character with two: i and U+0307
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

}  // namespace m2v::text
