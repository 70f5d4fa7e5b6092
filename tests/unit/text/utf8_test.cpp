#include <doctest/doctest.h>

#include <cstring>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "text/unicode.h"

namespace {

using namespace m2v::text;
using namespace std::string_literals;

/// Decodes from a buffer of exactly that size, so that sanitizers see a read behind its end.
std::u32string decode(const std::string& bytes) {
  const auto exact = std::make_unique<char[]>(bytes.size());
  std::memcpy(exact.get(), bytes.data(), bytes.size());
  return to_utf32({exact.get(), bytes.size()});
}

std::u32string replacements(std::size_t count) { return std::u32string(count, kReplacement); }

TEST_CASE("the first and last code point of every length") {
  const std::vector<std::pair<std::string, char32_t>> cases = {
      {"\x00"s, 0},
      {"\x7F", 0x7F},
      {"\xC2\x80", 0x80},
      {"\xDF\xBF", 0x7FF},
      {"\xE0\xA0\x80", 0x800},
      {"\xE0\xBF\xBF", 0xFFF},
      {"\xE1\x80\x80", 0x1000},
      {"\xED\x9F\xBF", 0xD7FF},
      {"\xEE\x80\x80", 0xE000},
      {"\xEF\xBF\xBD", 0xFFFD},
      {"\xEF\xBF\xBF", 0xFFFF},
      {"\xF0\x90\x80\x80", 0x10000},
      {"\xF3\xBF\xBF\xBF", 0xFFFFF},
      {"\xF4\x80\x80\x80", 0x100000},
      {"\xF4\x8F\xBF\xBF", 0x10FFFF},
  };
  for (const auto& [bytes, c] : cases) {
    CAPTURE(static_cast<std::uint32_t>(c));
    CHECK(decode(bytes) == std::u32string(1, c));
    CHECK(to_utf8(std::u32string(1, c)) == bytes);
  }
}

TEST_CASE("the Unicode standard's tables 3-8 to 3-11") {
  // Non-shortest forms, surrogates, other ill-formed sequences, truncated sequences.
  CHECK(decode("\xC0\xAF\xE0\x80\xBF\xF0\x81\x82\x41") == replacements(8) + U"A");
  CHECK(decode("\xED\xA0\x80\xED\xBF\xBF\xED\xAF\x41") == replacements(8) + U"A");
  CHECK(decode("\xF4\x91\x92\x93\xFF\x41\x80\xBF\x42") ==
        replacements(5) + U"A" + replacements(2) + U"B");
  CHECK(decode("\xE1\x80\xE2\xF0\x91\x92\xF1\xBF\x41") == replacements(4) + U"A");
}

TEST_CASE("ill-formed bytes give one replacement a maximal part") {
  const std::vector<std::pair<std::string, std::size_t>> cases = {
      {"\x80", 1},              // a trailing byte alone
      {"\xBF\xBF", 2},          //
      {"\xC0\x80", 2},          // C0 and C1 never lead
      {"\xC1\xBF", 2},          //
      {"\xC2", 1},              // cut short
      {"\xE0\xA0", 1},          //
      {"\xED\x9F", 1},          //
      {"\xF0\x90", 1},          //
      {"\xF0\x90\x80", 1},      //
      {"\xF4\x8F\xBF", 1},      //
      {"\xE0\x80\x80", 3},      // overlong
      {"\xE0\x9F\xBF", 3},      //
      {"\xF0\x80\x80\x80", 4},  //
      {"\xF0\x8F\xBF\xBF", 4},  //
      {"\xED\xA0\x80", 3},      // U+D800
      {"\xED\xBF\xBF", 3},      // U+DFFF
      {"\xF4\x90\x80\x80", 4},  // U+110000
      {"\xF5\x80\x80\x80", 4},  // F5 and above never lead
      {"\xF8\x88\x80\x80\x80", 5},
      {"\xFE\xFF", 2},
      {"\xE2\x82\xE2\x82", 2},  // cut short by another lead
      {"\xF1\x80\x80\xC2", 2},
  };
  for (const auto& [bytes, count] : cases) {
    CAPTURE(bytes);
    CHECK(decode(bytes) == replacements(count));
    CHECK(decode("a" + bytes + "b") == U"a" + replacements(count) + U"b");
  }
  CHECK(decode("\xE2\x82\xE2\x82\xAC") == replacements(1) + U"\u20AC");
}

TEST_CASE(
    "what is well-formed stays as it is when it is decoded and encoded, what is not changes") {
  std::mt19937 random(4);
  for (int i = 0; i < 200'000; ++i) {
    std::string text;
    while (text.size() < random() % 30) {
      const auto c = static_cast<char32_t>(random() % (random() % 2 == 0 ? 0x80 : 0x110000));
      if (c < 0xD800 || c > 0xDFFF) m2v::text::append_utf8(c, text);
      if (random() % 50 == 0) text += "\uFFFD";
    }
    if (random() % 2 == 0 && !text.empty())
      text[random() % text.size()] = static_cast<char>(random());
    CAPTURE(text);
    const bool same = m2v::text::to_utf8(m2v::text::to_utf32(text)) == text;
    REQUIRE(m2v::text::is_well_formed(text) == same);
  }
}

TEST_CASE("decode_utf8 moves behind what it read") {
  const std::string_view text = "a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80\xE2\x82";
  std::size_t position = 0;
  const std::pair<char32_t, std::size_t> steps[] = {
      {U'a', 1}, {0xE9, 3}, {0x20AC, 6}, {0x1F600, 10}, {kReplacement, 12}};
  for (const auto& [c, behind] : steps) {
    CHECK(decode_utf8(text, position) == c);
    CHECK(position == behind);
  }
}

TEST_CASE("the fast decoder agrees with the checked one") {
  // Every sequence of four bytes from the edges of what a byte may mean.
  const std::string edges =
      "\x41\x7F\x80\x8F\x90\x9F\xA0\xBF\xC0\xC1\xC2\xDF\xE0\xE1\xEC\xED\xEE\xEF\xF0\xF1\xF3\xF4\xF5"
      "\xFF";
  std::string bytes(4, '\0');
  std::size_t different = 0;
  for (const char a : edges) {
    for (const char b : edges) {
      for (const char c : edges) {
        for (const char d : edges) {
          bytes = {a, b, c, d};
          std::size_t fast = 0;
          std::size_t checked = 0;
          if (decode_utf8(bytes, fast) != decode_utf8_checked(bytes, checked)) ++different;
          if (fast != checked) ++different;
        }
      }
    }
  }
  CHECK(different == 0);
}

TEST_CASE("every scalar value survives encoding and decoding") {
  std::u32string all;
  for (char32_t c = 0; c < kCodePoints; ++c) {
    if (c < 0xD800 || c > 0xDFFF) all.push_back(c);
  }
  const std::string bytes = to_utf8(all);
  CHECK(bytes.size() == 0x80 + 0x780 * 2 + (0xF800 - 0x800) * 3 + 0x100000 * 4);
  CHECK(to_utf32(bytes) == all);
  CHECK(to_utf32("").empty());
  CHECK(to_utf8(U"").empty());
}

}  // namespace
