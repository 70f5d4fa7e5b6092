#include <doctest/doctest.h>

#include <span>
#include <string>
#include <vector>

#include "m2v/error.h"
#include "support/compressed.h"
#include "support/temp_folder.h"
#include "text/line_reader.h"
#include "text/text_source.h"

using m2v::FormatError;
using m2v::test::gzip;
using m2v::test::TempFolder;
using m2v::test::zstd;
using m2v::text::LineReader;
using m2v::text::read_bytes;
using m2v::text::read_text;
using m2v::text::TextSource;
using namespace std::string_literals;

namespace {

/// What a source gives, read in small and in large steps.
std::string text_of(std::string_view bytes) {
  std::string texts[2];
  for (const std::size_t step : {std::size_t{16}, std::size_t{1} << 20}) {
    TextSource source = TextSource::of_memory(bytes, "memory");
    std::string part(step, '\0');
    std::string& text = texts[step == 16 ? 0 : 1];
    while (const std::size_t count = source.read(part)) text.append(part, 0, count);
  }
  CHECK(texts[0] == texts[1]);
  return texts[0];
}

std::string problem_of(std::string_view bytes) {
  try {
    text_of(bytes);
  } catch (const FormatError& error) {
    CHECK(error.file() == "memory");
    return std::string(error.what()).substr(8);
  }
  return "no problem";
}

}  // namespace

TEST_CASE("gzip and zstd are unpacked by their magic numbers") {
  const std::string long_text = std::string(300'000, 'x') + "\u00E9nd";
  for (const std::string& text : {""s, "a\nb\n"s, long_text}) {
    CHECK(text_of(gzip(text)) == text);
    CHECK(text_of(zstd(text)) == text);
    CHECK(text_of(gzip(text) + gzip("more") + gzip("")) == text + "more");
    CHECK(text_of(zstd(text) + zstd("more") + zstd("")) == text + "more");
    CHECK(text_of(gzip(text) + std::string(700, '\0')) == text);
  }
  CHECK(text_of(gzip("\xEF\xBB\xBFz")) == "z");
  CHECK(text_of(zstd("\xFF\xFE\x61\0"s)) == "a");
  CHECK(text_of("\x50\x2A\x4D\x18\x03\0\0\0abc"s + zstd("frame")) == "frame");
}

TEST_CASE("compressed data that are cut off or damaged are refused") {
  std::string text;
  for (int i = 0; i < 3000; ++i) text += std::to_string(i * i) + "\n";
  const std::string packed = gzip(text), frame = zstd(text);
  for (std::size_t size = 2; size < packed.size(); size += 1 + size / 9) {
    CHECK(problem_of(packed.substr(0, size)) ==
          "the gzip data are cut off: the file is not complete");
  }
  for (std::size_t size = 4; size < frame.size(); size += 1 + size / 9) {
    CHECK(problem_of(frame.substr(0, size)) ==
          "the zstd data are cut off: the file is not complete");
  }
  std::string damaged = packed;
  damaged[packed.size() / 2] ^= 0x55;
  CHECK(problem_of(damaged).starts_with("the gzip data are damaged: "));
  damaged = frame;
  damaged[frame.size() / 2] ^= 0x55;
  CHECK(problem_of(damaged).starts_with("the zstd data are "));
  CHECK(problem_of(packed + "tail") == "something that is not gzip follows the gzip data");
  CHECK(problem_of(frame + "tail").starts_with("the zstd data are damaged: "));
  CHECK(problem_of(gzip(packed)).starts_with("no text: it is compressed twice"));
}

TEST_CASE("lines longer than a block are whole when they are unpacked") {
  const std::string long_line(std::size_t{9} << 20, 'x');
  const std::string packed = gzip("a\n" + long_line + "\nb\n" + long_line);
  LineReader reader(TextSource::of_memory(packed, "name"));
  std::vector<std::string> lines;
  while (reader.next_block()) {
    for (std::span<char> line; reader.next(line);) lines.emplace_back(line.data(), line.size());
  }
  CHECK(lines == std::vector<std::string>{"a", long_line, "b", long_line});
}

TEST_CASE("what is unpacked is checked like any file") {
  CHECK(problem_of(gzip("\x7F"
                        "ELF\2\1\1"s))
            .starts_with("no text: it is a program"));
  const TempFolder folder;
  folder.write("a.txt.gz", gzip("\xEF\xBB\xBF"
                                "caf\xE9\n"));
  CHECK(read_text(folder / "a.txt.gz") == "caf\uFFFD\n");
  CHECK(read_bytes(folder / "a.txt.gz", 8).size() == 8);
  CHECK_THROWS_AS(read_bytes(folder / "a.txt.gz", 7), m2v::Error);
}
