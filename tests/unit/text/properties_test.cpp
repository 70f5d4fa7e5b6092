#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "text/unicode.h"

namespace {

using namespace m2v::text;

using Predicate = bool (*)(char32_t) noexcept;

void check(Predicate predicate, std::u32string_view yes, std::u32string_view no) {
  for (const char32_t c : yes) {
    CAPTURE(static_cast<std::uint32_t>(c));
    CHECK(predicate(c));
  }
  for (const char32_t c : no) {
    CAPTURE(static_cast<std::uint32_t>(c));
    CHECK_FALSE(predicate(c));
  }
}

std::u32string lower(char32_t c) {
  std::u32string out;
  append_lowercase(c, out);
  return out;
}

TEST_CASE("white space is exactly White_Space") {
  const std::u32string all =
      U"\t\n\v\f\r \u0085\u00A0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009"
      U"\u200A\u2028\u2029\u202F\u205F\u3000";
  for (char32_t c = 0; c < kCodePoints; ++c) {
    if (is_whitespace(c) != (all.find(c) != all.npos)) FAIL_CHECK(static_cast<std::uint32_t>(c));
  }
}

TEST_CASE("control characters") {
  // Categories Cc, Cf and Co, without the tab and the line ends; U+FFFD besides.
  check(is_control,
        U"\x01\x1F\x7F\u009F\v\f\u0085\u00AD\u0600\u200B\u200D\u200F\u202E\u2066\uFEFF\uE000\uF8FF"
        U"\uFFFD\U000E0001\U000F0000\U000FFFFD\U0010FFFD",
        U"\t\n\r a\u00A0\u2028\u2029\u00E9\u0301\uFFFC\uFFFE\uFFFF\u0378\U000E0100\U0010FFFF");
  CHECK(is_control(0));
}

TEST_CASE("punctuation") {
  // ASCII's symbols count, others do not.
  check(is_punctuation, U"!$+<=>^`|~_-\u00A1\u00A7\u00AB\u00BF\u2010\u2026\u203F\u3001\u300C\uFF01",
        U"a0 \u00A2\u00A9\u00AC\u00B1\u00D7\u20AC\u2122\u2192\u0301\u3042\u4E2D\U0001F600");
}

TEST_CASE("nonspacing marks") {
  // Category Mn; the spacing ones (U+0903, U+093E) and the enclosing one (U+20DD) are not.
  check(is_nonspacing_mark, U"\u0300\u0301\u036F\u0483\u0591\u064B\u093C\u094D\u0E31\u3099\uFE0F",
        U"a\u00E9\u00B4\u0903\u093E\u20DD\u302E\u4E2D");
}

TEST_CASE("Chinese characters are eight blocks, the Japanese and Korean scripts not among them") {
  // The reference begins one of the blocks at U+2B920 where the standard's begins at U+2B820.
  check(is_chinese,
        U"\u3400\u4DBF\u4E00\u9FFF\uF900\uFAFF\U00020000\U0002A6DF\U0002A700\U0002B73F\U0002B740"
        U"\U0002B81F\U0002B920\U0002CEAF\U0002F800\U0002FA1F",
        U"\u33FF\u4DC0\uA000\uF8FF\uFB00\u3042\u30AB\uAC00\u3001\U0001FFFF\U0002A6E0\U0002A6FF"
        U"\U0002B820\U0002CEB0\U0002F7FF\U0002FA20");
}

TEST_CASE("word characters") {
  // Alphabetic, marks, decimal digits, connector punctuation and the two joiners.
  check(is_word,
        U"aZ09_\u00E9\u00AA\u0301\u0903\u20DD\u0663\u203F\u200C\u200D\u4E2D\uAC00\u2160\u24B6",
        U" -.\u00A0\u00B2\u00BD\u2192\u20AC\u3001\U0001F600\u200B\uFFFD");
}

TEST_CASE("combining classes of the standard") {
  const std::vector<std::pair<char32_t, int>> classes = {
      {U'a', 0},     {0x00E9, 0},   {0x0903, 0},   {0x034F, 0},    {0x0334, 1},   {0x093C, 7},
      {0x3099, 8},   {0x094D, 9},   {0x05B0, 10},  {0x05BF, 23},   {0xFB1E, 26},  {0x064B, 27},
      {0x0651, 33},  {0x0711, 36},  {0x0C56, 91},  {0x0E38, 103},  {0x0E48, 107}, {0x0EC8, 122},
      {0x0F71, 129}, {0x0F74, 132}, {0x0321, 202}, {0x031B, 216},  {0x0316, 220}, {0x0323, 220},
      {0x302B, 228}, {0x302D, 222}, {0x0300, 230}, {0x1D165, 216}, {0x1E94A, 7},  {0x0315, 232},
      {0x0362, 233}, {0x0360, 234}, {0x0345, 240}, {0x0344, 230},  {0x0F73, 0},   {0xAC00, 0}};
  for (const auto& [c, combining] : classes) {
    CAPTURE(static_cast<std::uint32_t>(c));
    CHECK(combining_class(c) == combining);
  }
}

TEST_CASE("lowercase") {
  CHECK(lower(U'A') == U"a");
  CHECK(lower(U'z') == U"z");
  CHECK(lower(U'[') == U"[");
  CHECK(lower(0x00C0) == U"\u00E0");
  CHECK(lower(0x00D7) == U"\u00D7");
  CHECK(lower(0x00DF) == U"\u00DF");
  CHECK(lower(0x0130) == U"i\u0307");
  CHECK(lower(0x0178) == U"\u00FF");
  CHECK(lower(0x01C5) == U"\u01C6");  // titlecase
  CHECK(lower(0x03A3) == U"\u03C3");  // never the final form
  CHECK(lower(0x0416) == U"\u0436");
  CHECK(lower(0x10A0) == U"\u2D00");
  CHECK(lower(0x13A0) == U"\uAB70");
  CHECK(lower(0x1E9E) == U"\u00DF");
  CHECK(lower(0x2126) == U"\u03C9");
  CHECK(lower(0x2160) == U"\u2170");
  CHECK(lower(0x24B6) == U"\u24D0");
  CHECK(lower(0xFF21) == U"\uFF41");
  CHECK(lower(0x10400) == U"\U00010428");
  CHECK(lower(0x1E900) == U"\U0001E922");
}

TEST_CASE("what is no scalar value has no properties and maps to itself") {
  for (const char32_t c :
       {char32_t{0xD800}, char32_t{0xDBFF}, char32_t{0xDC00}, char32_t{0xDFFF}, char32_t{0x110000},
        char32_t{0x110041}, char32_t{0x7FFFFFFF}, char32_t{0xFFFFFFFF}}) {
    CAPTURE(static_cast<std::uint32_t>(c));
    CHECK(properties(c) == 0);
    CHECK(combining_class(c) == 0);
    CHECK(lower(c) == std::u32string(1, c));
    CHECK(nfd(std::u32string(1, c)) == std::u32string(1, c));
  }
}

}  // namespace
