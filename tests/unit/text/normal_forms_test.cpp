#include "text/normal_forms.h"

#include <doctest/doctest.h>

#include <random>
#include <string>
#include <vector>

#include "text/unicode.h"

namespace {

using namespace m2v::text;
using enum NormalForm;

std::u32string form_of(std::u32string_view text, NormalForm form) {
  std::vector<Rewritten> rewritten;
  normalize(text, form, rewritten);
  std::u32string out;
  for (const Rewritten& part : rewritten) out += part.character;
  return out;
}

std::vector<Rewritten> rewritten(std::u32string_view text, NormalForm form) {
  std::vector<Rewritten> out;
  normalize(text, form, out);
  return out;
}

std::u32string random_text(std::mt19937& random) {
  static const std::vector<char32_t> rich = [] {
    std::vector<char32_t> found;
    for (char32_t c = 0; c < kCodePoints; ++c) {
      const bool is_syllable = c >= 0xAC10 && c < 0xD7A4;
      if ((properties(c) & (kDecomposes | kNonStarter)) != 0 && !is_syllable) found.push_back(c);
    }
    for (const char32_t c : U"aeo\u1100\u1161\u11A8\u304B\u3099\uFF76\uFF9E\uFB01")
      found.push_back(c);
    return found;
  }();
  std::u32string text;
  for (unsigned length = random() % 12; text.size() < length;) text += rich[random() % rich.size()];
  return text;
}

TEST_CASE("composition") {
  CHECK(form_of(U"e\u0301", kC) == U"\u00E9");
  CHECK(form_of(U"s\u0307\u0323", kC) == U"\u1E69");
  CHECK(form_of(U"\u212B\u2126\uF900", kC) == U"\u00C5\u03A9\u8C48");  // singletons stay apart
  CHECK(form_of(U"\u0958", kC) == U"\u0915\u093C");                    // an excluded one
  CHECK(form_of(U"a\u0327\u0301", kC) == U"\u00E1\u0327");  // past a mark of another class
  CHECK(form_of(U"a\u0303\u0301", kC) == U"\u00E3\u0301");  // blocked by its own class
  CHECK(form_of(U"\u0301a", kC) == U"\u0301a");
  CHECK(form_of(U"\u0308\u0301", kC) == U"\u0308\u0301");  // U+0344 is excluded
  CHECK(form_of(U"\u1100\u1161\u11A8\u1100\u1161\u11A7", kC) == U"\uAC01\uAC00\u11A7");
  CHECK(form_of(U"\u1100\u0301\u1161", kC) == U"\u1100\u0301\u1161");
  CHECK(form_of(U"\u09C7\u09BE", kC) == U"\u09CB");  // of two starters
}

TEST_CASE("compatibility") {
  CHECK(form_of(U"\uFB01\uFF21\u00B2\u2460", kKd) == U"fiA21");
  CHECK(form_of(U"\uFF76\uFF9E\u3304", kKc) == U"\u30AC\u30A4\u30CB\u30F3\u30B0");
  CHECK(form_of(U"\u1E9B\u0323", kKd) == U"s\u0323\u0307");
  CHECK(form_of(U"\u1E9B\u0323", kKc) == U"\u1E69");
  CHECK(form_of(U"\u1E9B\u0323", kC) == U"\u1E9B\u0323");
  CHECK(form_of(U"\uFDFA", kKd).size() == 18);  // the longest there is
}

TEST_CASE("what each character uses up") {
  using Parts = std::vector<Rewritten>;
  CHECK(rewritten(U"\u00E9x", kD) == Parts{{U'e', 1}, {0x301, 0}, {U'x', 1}});
  CHECK(rewritten(U"e\u0301x", kC) == Parts{{0xE9, 2}, {U'x', 1}});
  CHECK(rewritten(U"\u00E9", kC) == Parts{{0xE9, 1}});
  CHECK(rewritten(U"\u1E0B\u0323", kD) == Parts{{U'd', 1}, {0x323, 1}, {0x307, 0}});
  CHECK(rewritten(U"\u1E0B\u0323", kC) == Parts{{0x1E0D, 2}, {0x307, 0}});
  CHECK(rewritten(U"\uFF76\uFF9E", kKc) == Parts{{0x30AC, 2}});
}

TEST_CASE("random strings: forms agree with each other and use up all there is") {
  std::mt19937 random(7);
  for (int round = 0; round < 20'000; ++round) {
    const std::u32string text = random_text(random);
    const std::u32string composed = form_of(text, kC);
    CHECK(form_of(text, kD) == nfd(text));
    CHECK(nfd(composed) == nfd(text));
    CHECK(form_of(composed, kC) == composed);
    CHECK(form_of(form_of(text, kKd), kKc) == form_of(text, kKc));
    for (const NormalForm form : {kC, kD, kKc, kKd}) {
      std::size_t taken = 0;
      for (const Rewritten& part : rewritten(text, form)) taken += part.taken;
      CHECK(taken == text.size());
    }
  }
}

TEST_CASE("a very long run of marks is composed in time") {
  constexpr std::size_t kCount = 200'000;
  const std::u32string text =
      U"a" + std::u32string(kCount, 0x0301) + std::u32string(kCount, 0x0323);
  const std::u32string out = form_of(text, kC);
  CHECK(out.size() == 2 * kCount);  // U+1EA1 has taken one of the marks below
  CHECK(out[0] == 0x1EA1);
}

TEST_CASE("combining marks") {
  CHECK(is_combining_mark(0x300));
  CHECK(is_combining_mark(0x903));   // a spacing one
  CHECK(is_combining_mark(0x20DD));  // an enclosing one
  CHECK_FALSE(is_combining_mark(U'a'));
  CHECK_FALSE(is_combining_mark(0x2FF));
  CHECK_FALSE(is_combining_mark(0x370));
  CHECK_FALSE(is_combining_mark(kCodePoints));
}

}  // namespace
