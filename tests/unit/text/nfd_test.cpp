#include <doctest/doctest.h>

#include <random>
#include <string>
#include <vector>

#include "reference/nfd_reference.h"
#include "text/unicode.h"

namespace {

using namespace m2v::text;

TEST_CASE("decompositions of the textbook") {
  CHECK(nfd(U"") == U"");
  CHECK(nfd(U"plain text, 123") == U"plain text, 123");
  CHECK(nfd(U"\u00C5") == U"A\u030A");
  CHECK(nfd(U"\u212B") == U"A\u030A");  // the angstrom sign, by way of U+00C5
  CHECK(nfd(U"\u2126") == U"\u03A9");
  CHECK(nfd(U"\u00E9t\u00E9") == U"e\u0301te\u0301");
  CHECK(nfd(U"\u1E69") == U"s\u0323\u0307");
  CHECK(nfd(U"\u01D5") == U"U\u0308\u0304");
  CHECK(nfd(U"\u1F82") == U"\u03B1\u0313\u0300\u0345");  // the longest there is
  CHECK(nfd(U"\u0439") == U"\u0438\u0306");
  CHECK(nfd(U"\u0929") == U"\u0928\u093C");
  CHECK(nfd(U"\uFB2C") == U"\u05E9\u05BC\u05C1");
  CHECK(nfd(U"\uF900") == U"\u8C48");
  CHECK(nfd(U"\U0001D160") == U"\U0001D158\U0001D165\U0001D16E");
  CHECK(nfd(U"\U0002F800") == U"\u4E3D");
  CHECK(nfd(U"\U0002FA1D") == U"\U0002A600");  // the last that has one
  CHECK(nfd(U"\U0002FA1E") == U"\U0002FA1E");
}

TEST_CASE("compatibility characters stay") {
  CHECK(nfd(U"\uFB01\uFF21\u00B2\u2460\u3392") == U"\uFB01\uFF21\u00B2\u2460\u3392");
}

TEST_CASE("Hangul syllables") {
  CHECK(nfd(U"\uAC00") == U"\u1100\u1161");
  CHECK(nfd(U"\uAC01") == U"\u1100\u1161\u11A8");
  CHECK(nfd(U"\uD4DB") == U"\u1111\u1171\u11B6");  // the standard's own example
  CHECK(nfd(U"\uD7A3") == U"\u1112\u1175\u11C2");
  CHECK(nfd(U"\uABFF\uD7A4") == U"\uABFF\uD7A4");
  CHECK(nfd(U"\u1100\u1161") == U"\u1100\u1161");
}

TEST_CASE("marks go into canonical order") {
  CHECK(nfd(U"s\u0307\u0323") == U"s\u0323\u0307");
  CHECK(nfd(U"\u1E0B\u0323") == U"d\u0323\u0307");
  CHECK(nfd(U"\u1E0D\u0307") == U"d\u0323\u0307");
  CHECK(nfd(U"a\u0345\u0301\u0323\u0334") == U"a\u0334\u0323\u0301\u0345");
  CHECK(nfd(U"\u05E9\u05C1\u05BC") == U"\u05E9\u05BC\u05C1");
  CHECK(nfd(U"\u0345\u0334") == U"\u0334\u0345");  // without a starter before them
}

TEST_CASE("marks of one class keep their order, and none passes a starter") {
  CHECK(nfd(U"a\u0301\u0300") == U"a\u0301\u0300");
  CHECK(nfd(U"a\u0345\u0301\u0300\u0304") == U"a\u0301\u0300\u0304\u0345");
  CHECK(nfd(U"a\u0345\u034F\u0334") == U"a\u0345\u034F\u0334");  // the grapheme joiner's purpose
  CHECK(nfd(U"a\u0345b\u0334") == U"a\u0345b\u0334");
}

TEST_CASE("marks that decompose into several are ordered with their neighbours") {
  CHECK(nfd(U"\u0344") == U"\u0308\u0301");
  CHECK(nfd(U"a\u0344\u0323") == U"a\u0323\u0308\u0301");
  CHECK(nfd(U"\u0F73\u0F73") == U"\u0F71\u0F71\u0F72\u0F72");
  CHECK(nfd(U"\u00E9\u0F73") == U"e\u0F71\u0F72\u0301");
}

TEST_CASE("append_nfd leaves what is there alone") {
  std::u32string out = U"a\u0301";
  append_nfd(U"\u0323\u00E9", out);
  CHECK(out == U"a\u0301\u0323e\u0301");
}

TEST_CASE("a very long run of marks is sorted, and in time") {
  constexpr std::size_t kCount = 200'000;
  std::u32string text;
  for (std::size_t i = 0; i < kCount; ++i) text.push_back(0x0301);
  for (std::size_t i = 0; i < kCount; ++i) text.push_back(0x0323);
  const std::u32string out = nfd(text);
  CHECK(out == std::u32string(kCount, 0x0323) + std::u32string(kCount, 0x0301));
}

TEST_CASE("random strings agree with the letter of the standard") {
  std::vector<char32_t> marks;
  std::vector<char32_t> composed;
  for (char32_t c = 0; c < kCodePoints; ++c) {
    if ((properties(c) & kNonStarter) != 0) marks.push_back(c);
    if ((properties(c) & kDecomposes) != 0) composed.push_back(c);
  }
  std::mt19937 random(1);
  const auto pick = [&](const std::vector<char32_t>& from) { return from[random() % from.size()]; };
  std::size_t different = 0;
  std::size_t reordered = 0;
  for (int round = 0; round < 20'000; ++round) {
    std::u32string text;
    for (unsigned length = random() % 16; text.size() < length;) {
      const unsigned kind = random() % 8;
      text.push_back(kind < 5 ? pick(marks) : kind < 7 ? pick(composed) : char32_t{U'a'});
    }
    const std::u32string out = nfd(text);
    if (out != m2v::reference::nfd(text)) ++different;
    std::u32string parts;
    for (const char32_t c : text) append_decomposition(c, parts);
    if (out != parts) ++reordered;
  }
  CHECK(different == 0);
  CHECK(reordered > 10'000);
}

}  // namespace
