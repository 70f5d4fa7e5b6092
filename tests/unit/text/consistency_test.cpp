#include <doctest/doctest.h>

#include <string>

#include "text/unicode.h"

// Rules that hold between the tables, over all code points at once.
namespace {

using namespace m2v::text;

constexpr std::uint32_t kNone = kCodePoints;

/// The first code point for which `broken(c)`, or kNone.
template <class Broken>
std::uint32_t first(Broken broken) {
  char32_t c = 0;
  while (c < kCodePoints && !broken(c)) ++c;
  return c;
}

std::u32string lower(char32_t c) {
  std::u32string out;
  append_lowercase(c, out);
  return out;
}

bool in(char32_t c, char32_t first, char32_t last) { return c >= first && c <= last; }

TEST_CASE("ASCII is as the C locale has it") {
  for (char32_t c = 0; c < 0x80; ++c) {
    CAPTURE(static_cast<std::uint32_t>(c));
    const bool upper = in(c, U'A', U'Z');
    const bool letter = upper || in(c, U'a', U'z');
    const bool digit = in(c, U'0', U'9');
    CHECK(is_whitespace(c) == (c == U' ' || in(c, 9, 13)));
    CHECK(is_control(c) == ((c < 32 && c != 9 && c != 10 && c != 13) || c == 127));
    CHECK(is_punctuation(c) == (in(c, 33, 126) && !letter && !digit));
    CHECK(is_word(c) == (letter || digit || c == U'_'));
    CHECK_FALSE(is_nonspacing_mark(c));
    CHECK_FALSE(is_chinese(c));
    CHECK(lower(c) == std::u32string(1, upper ? c + 32 : c));
    CHECK(nfd(std::u32string(1, c)) == std::u32string(1, c));
  }
}

TEST_CASE("NFD and lowercase change nothing the second time") {
  CHECK(first([](char32_t c) {
          const std::u32string once = nfd(std::u32string(1, c));
          return nfd(once) != once;
        }) == kNone);
  CHECK(first([](char32_t c) {
          for (const char32_t part : lower(c)) {
            if (lower(part) != std::u32string(1, part)) return true;
          }
          return false;
        }) == kNone);
}

TEST_CASE("the bits say what the mappings do") {
  CHECK(first([](char32_t c) {
          const bool changes = nfd(std::u32string(1, c)) != std::u32string(1, c);
          return changes != ((properties(c) & kDecomposes) != 0);
        }) == kNone);
  CHECK(first([](char32_t c) {
          const bool changes = lower(c) != std::u32string(1, c);
          return changes != ((properties(c) & kLowercases) != 0);
        }) == kNone);
  CHECK(first([](char32_t c) {
          return (combining_class(c) != 0) != ((properties(c) & kNonStarter) != 0);
        }) == kNone);
}

TEST_CASE("decompositions are canonically ordered and of starters and marks") {
  CHECK(first([](char32_t c) {
          std::u32string parts;
          append_decomposition(c, parts);
          for (std::size_t i = 1; i < parts.size(); ++i) {
            const auto here = combining_class(parts[i]);
            if (here != 0 && combining_class(parts[i - 1]) > here) return true;
          }
          return parts.empty() || parts.size() > 4;
        }) == kNone);
}

TEST_CASE("classes that exclude or include one another") {
  const auto both = [](std::uint16_t a, std::uint16_t b) {
    return first([=](char32_t c) { return (properties(c) & a) != 0 && (properties(c) & b) != 0; });
  };
  CHECK(both(kWhitespace, kPunctuation | kWord | kChinese | kNonspacingMark) == kNone);
  CHECK(both(kChinese, kPunctuation | kControl | kNonspacingMark | kLowercases) == kNone);
  CHECK(both(kControl, kPunctuation | kNonspacingMark | kDecomposes | kLowercases) == kNone);
  CHECK(first([](char32_t c) {
          const bool expected = c == 0x0B || c == 0x0C || c == 0x85;
          return (is_whitespace(c) && is_control(c)) != expected;
        }) == kNone);
  // Whatever reorders is a mark, and \w has all marks.
  CHECK(first([](char32_t c) {
          return (properties(c) & (kNonStarter | kNonspacingMark)) != 0 && !is_word(c);
        }) == kNone);
}

}  // namespace
