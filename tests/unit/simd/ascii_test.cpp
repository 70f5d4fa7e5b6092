#include "simd/ascii.h"

#include <doctest/doctest.h>

#include <cctype>
#include <memory>
#include <random>
#include <string>

#include "simd/target.h"

using namespace m2v::simd;

namespace {

/// What classify_ascii() must find, by the C library's classes.
void check_block(const std::string& text, bool lowercase) {
  // On the heap and exactly as long as the text, so that sanitizers see any read behind it.
  const auto exact = std::make_unique<char[]>(text.size());
  text.copy(exact.get(), text.size());
  char out[64];
  const AsciiClasses classes = classify_ascii(exact.get(), text.size(), lowercase, out);
  for (std::size_t i = 0; i < 64; ++i) {
    const bool inside = i < text.size();
    const int c = inside ? static_cast<unsigned char>(text[i]) : 0;
    const bool space = c == ' ' || c == '\t' || c == '\n' || c == '\r';
    const bool ascii = c < 0x80;
    CAPTURE(i);
    CAPTURE(c);
    REQUIRE(((classes.space >> i) & 1) == space);
    REQUIRE(((classes.plain >> i) & 1) == (space || (ascii && std::isprint(c) != 0)));
    REQUIRE(((classes.punctuation >> i) & 1) == (ascii && std::ispunct(c) != 0));
    const int expected = lowercase && ascii ? std::tolower(c) : c;
    if (inside) REQUIRE(static_cast<unsigned char>(out[i]) == expected);
  }
}

}  // namespace

TEST_CASE("bytes are classified and lowercased as the C library says, on every target") {
  for_each_target([](const std::string& target) {
    CAPTURE(target);
    std::mt19937 random(1);
    for (int first = 0; first < 256; first += 64) {
      std::string all;
      for (int i = 0; i < 64; ++i) all += static_cast<char>(first + i);
      check_block(all, true);
      check_block(all, false);
    }
    for (std::size_t size = 1; size <= 64; ++size) {
      std::string text(size, ' ');
      for (char& c : text) c = static_cast<char>(random() & 0xff);
      check_block(text, (size & 1) != 0);
    }
  });
}
