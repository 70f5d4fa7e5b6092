#include "text/graphemes.h"

#include <doctest/doctest.h>

#include <string>

#include "text/unicode.h"

namespace {

using namespace m2v::text;

/// The text with a bar between its clusters.
std::string clusters(std::u32string_view text) {
  std::string cut;
  for (std::size_t begin = 0, end = 0; begin < text.size(); begin = end) {
    end = grapheme_end(text, begin);
    cut += (begin > 0 ? "|" : "") + to_utf8(text.substr(begin, end - begin));
  }
  return cut;
}

std::string joined(std::initializer_list<std::u32string_view> parts) {
  std::string bars;
  for (const auto part : parts) bars += (bars.empty() ? "" : "|") + to_utf8(part);
  return bars;
}

#define CHECK_CLUSTERS(...)                                            \
  do {                                                                 \
    std::u32string text;                                               \
    for (const std::u32string_view part : {__VA_ARGS__}) text += part; \
    CHECK(clusters(text) == joined({__VA_ARGS__}));                    \
  } while (false)

TEST_CASE("letters, marks, line ends and controls") {
  CHECK_CLUSTERS(U"a", U"b");
  CHECK_CLUSTERS(U"a\u0301", U"b\u0301\u0323", U" ");
  CHECK_CLUSTERS(U"\u0301", U"\r\n", U"\n", U"\r", U"\r", U"a");
  CHECK_CLUSTERS(U"a", U"\u0001", U"\u0301", U"\u200B", U"\u0301");
  CHECK_CLUSTERS(U"\u0E01\u0E33", U"\u0915\u0903");    // spacing marks
  CHECK_CLUSTERS(U"\u0600a", U"b", U"\u0600", U"\n");  // a number sign joins what comes after
}

TEST_CASE("Hangul is put together from its parts") {
  CHECK_CLUSTERS(U"\u1100\u1161\u11A8", U"\u1100\u1100\uAC00\u11A8");
  CHECK_CLUSTERS(U"\uAC01\u11A8", U"\uAC01", U"\u1161\u1161");
  CHECK_CLUSTERS(U"\u11A8\u11A8", U"\u1161\u11A8", U"\u1100");
}

TEST_CASE("emoji sequences and flags") {
  CHECK_CLUSTERS(U"\U0001F469\u200D\U0001F4BB", U"\U0001F469\U0001F3FD\u200D\U0001F4BB");
  CHECK_CLUSTERS(U"a\u200D", U"\U0001F4BB\u200D", U"a");
  CHECK_CLUSTERS(U"\U0001F469\u200D\u200D", U"\U0001F4BB");
  CHECK_CLUSTERS(U"\u00A9\u200D\u00AE", U"\u00A9");
  CHECK_CLUSTERS(U"\U0001F1E9\U0001F1EA", U"\U0001F1EB\U0001F1F7", U"\U0001F1EC");
  CHECK_CLUSTERS(U"\U0001F1E9\u0301", U"\U0001F1EA\U0001F1EB", U"a", U"\U0001F1E9\U0001F1EA");
}

TEST_CASE("consonants of Indic scripts are linked") {
  CHECK_CLUSTERS(U"\u0915\u094D\u0937", U"\u0915", U"\u0937");
  CHECK_CLUSTERS(U"\u0915\u094D\u200D\u0937\u094D\u0937");
  CHECK_CLUSTERS(U"\u0915\u0301\u094D\u0937");
  CHECK_CLUSTERS(U"\u0915\u094D\u200C", U"\u0937");  // not through a non-joiner
  CHECK_CLUSTERS(U"\u0915\u0903\u094D", U"\u0937");  // nor a spacing mark
  CHECK_CLUSTERS(U"a\u094D", U"\u0937");
  CHECK_CLUSTERS(U"\u0B95\u0BCD", U"\u0BB7");  // Tamil's virama does not link
}

TEST_CASE("classes are those of every code point, and of none beyond") {
  CHECK(grapheme_class(U'\r') == GraphemeClass::kCr);
  CHECK(grapheme_class(0x200D) == GraphemeClass::kJoiner);
  CHECK(grapheme_class(0xD7A3) == GraphemeClass::kHangulLvt);
  CHECK(grapheme_class(0x10FFFF) == GraphemeClass::kOther);
  CHECK(grapheme_class(0xFFFFFFFF) == GraphemeClass::kOther);
}

}  // namespace
