#include "base/scratch_text.h"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "m2v/error.h"
#include "support/file_size_limit.h"

using m2v::base::ScratchText;

namespace {

std::string text_of(std::size_t number) {
  return std::string(number % 71 * number % 90'001, static_cast<char>('a' + number % 26));
}

}  // namespace

TEST_CASE("texts stay where they are, in memory and in a file") {
  constexpr std::size_t kTexts = 1000;  // about 40 MB
  for (const std::size_t in_memory :
       {std::size_t{0}, std::size_t{20} << 20, ScratchText::kInMemory}) {
    CAPTURE(in_memory);
    ScratchText texts(in_memory);
    std::vector<std::string_view> kept;
    for (std::size_t i = 0; i < kTexts; ++i) kept.push_back(texts.keep(text_of(i)));
    const ScratchText moved = std::move(texts);
    for (std::size_t i = 0; i < kTexts; ++i) REQUIRE(kept[i] == text_of(i));
  }
}

TEST_CASE("a text may be larger than the parts that texts lie in") {
  ScratchText texts(0);
  const std::string large(std::size_t{40} << 20, 'x');
  const std::string_view before = texts.keep("before"), kept = texts.keep(large);
  CHECK(texts.keep("behind") == "behind");
  CHECK(kept == large);
  CHECK(before == "before");
}

TEST_CASE("a file that cannot grow is an error, and the texts in it stay") {
  ScratchText texts(0);
  const std::string_view kept = texts.keep("kept");
  {
    const m2v::test::FileSizeLimit limit(1 << 16);
    CHECK_THROWS_AS(texts.keep(std::string(std::size_t{32} << 20, 'x')), m2v::IoError);
  }
  CHECK(kept == "kept");
  CHECK(texts.keep("more") == "more");
}
