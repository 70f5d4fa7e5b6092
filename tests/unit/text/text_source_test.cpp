#include "text/text_source.h"

#include <doctest/doctest.h>

#include <string>

#include "m2v/error.h"
#include "support/temp_folder.h"
#include "text/binary.h"
#include "text/encoding.h"

using m2v::Error;
using m2v::FormatError;
using m2v::IoError;
using m2v::test::TempFolder;
using m2v::text::binary_kind;
using m2v::text::read_bytes;
using m2v::text::read_text;
using m2v::text::TextSource;
using m2v::text::to_utf8;
using namespace std::string_literals;

namespace {

/// What a source gives, read `step` bytes at a time.
std::string text_of(TextSource source, std::size_t step = 16) {
  std::string text, part(step, '\0');
  while (const std::size_t count = source.read(part)) text.append(part, 0, count);
  CHECK(source.read(part) == 0);
  return text;
}

std::string text_of(std::string_view bytes) {
  std::string text = text_of(TextSource::of_memory(bytes, "memory"));
  CHECK(text_of(TextSource::of_memory(bytes, "memory"), 1 << 20) == text);
  return text;
}

std::string problem_of(std::string_view bytes) {
  try {
    text_of(TextSource::of_memory(bytes, "name"));
  } catch (const FormatError& error) {
    CHECK(error.file() == "name");
    return std::string(error.what()).substr(6);
  }
  return "no problem";
}

}  // namespace

TEST_CASE("a byte order mark says how a text is encoded, and is no part of it") {
  CHECK(text_of("") == "");
  CHECK(text_of("a") == "a");
  CHECK(text_of("\xEF\xBB\xBF") == "");
  CHECK(text_of("\xEF\xBB\xBFna\u00EFve") == "na\u00EFve");
  CHECK(text_of("\xEF\xBB\xBF\xEF\xBB\xBFx") == "\uFEFFx");
  CHECK(text_of("\xFF\xFEh\0\xE9\0\x3D\xD8\x00\xDE\n\0"s) == "h\u00E9\U0001F600\n");
  CHECK(text_of("\xFE\xFF\0h\0\xE9\xD8\x3D\xDE\x00\0\n"s) == "h\u00E9\U0001F600\n");
  CHECK(text_of("\xFF\xFE\0\0h\0\0\0\x00\xF6\x01\0"s) == "h\U0001F600");
  CHECK(text_of("\0\0\xFE\xFF\0\0\0h\0\x01\xF6\0"s) == "h\U0001F600");
  CHECK(text_of("\xFF\xFE") == "");
  CHECK(text_of("\xEF\xBB") == "\uFFFD");
}

TEST_CASE("what is ill-formed becomes U+FFFD, once for each maximal subpart") {
  // The example of the Unicode standard, table 3-8.
  CHECK(text_of("\x61\xF1\x80\x80\xE1\x80\xC2\x62\x80\x63\x80\xBF\x64") ==
        "a\uFFFD\uFFFD\uFFFDb\uFFFDc\uFFFD\uFFFDd");
  CHECK(text_of("caf\xE9") == "caf\uFFFD");
  CHECK(text_of("\xC0\xAF\xE0\x80\xBF\xF0\x81\x82\x41") ==
        "\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFDA");
  CHECK(text_of("\xED\xA0\x80z") == "\uFFFD\uFFFD\uFFFDz");
  // UTF-16: a low surrogate alone, a high one before a letter, one at the end, half a unit.
  CHECK(text_of("\xFF\xFE\x00\xDC\x61\0"s) == "\uFFFDa");
  CHECK(text_of("\xFF\xFE\x3D\xD8\x61\0"s) == "\uFFFDa");
  CHECK(text_of("\xFF\xFE\x61\0\x3D\xD8"s) == "a\uFFFD");
  CHECK(text_of("\xFF\xFE\x61\0\x62"s) == "a\uFFFD");
  CHECK(text_of("\xFF\xFE\0\0\0\xD8\0\0\0\0\x11\0"s) == "\uFFFD\uFFFD");
}

TEST_CASE("characters may lie across all reads") {
  std::string text, sixteen = "\xFE\xFF";
  for (int i = 0; i < 100; ++i) {
    text += "a\u00E9\u20AC\U0001F600"s.substr(0, 1 + i % 10 > 3 ? 10 : 3);
    text += std::string(static_cast<std::size_t>(i % 7), 'x') + "\xF0\x9F";
  }
  CHECK(text_of(text) == to_utf8(text));
  CHECK(to_utf8("\xFF\xFE\x61\0"s) == "a");
  CHECK(to_utf8("\xEF\xBB\xBFz") == "z");
  CHECK(to_utf8("\xEF\xBB\xBFz\xFF") == "z\uFFFD");
}

TEST_CASE("binary files are told from texts") {
  const auto is_text = [](std::string_view bytes) { return !binary_kind(bytes); };
  CHECK(is_text(""));
  CHECK(is_text("a\0fox\n\0\n"s));
  CHECK(is_text("\t\n\v\f\r\b\x1B[1m colours \x1A"));
  CHECK(is_text("PKZIP and %PDF are words"));
  CHECK(is_text("caf\xE9 cr\xE8me"));
  CHECK(is_text(std::string(8192, 'x') + std::string(100, '\0')));
  CHECK(binary_kind("\x10\x18\0\0\0\0\0\0{\"embeddings\""s) == "a file of tensors");
  CHECK(binary_kind("%PDF-1.7\n") == "a PDF document");
  CHECK(binary_kind("PK\3\4\x14"s) == "a ZIP archive, or a document that is one");
  CHECK(binary_kind("h\0e\0l\0l\0o\0"s) == "binary, or UTF-16 without a byte order mark");
  CHECK(binary_kind("\1\2\3\4 and so on"s) == "binary");
  CHECK(problem_of("\x93NUMPY\1\0"s) ==
        "no text: it is a NumPy array; a text is UTF-8, or UTF-16 with a byte order mark");
  CHECK(problem_of("\x7F"
                   "ELF\2\1\1"s)
            .starts_with("no text: it is a program"));
  CHECK(text_of("P*M") == "P*M");    // the beginning of a skippable zstd frame
  CHECK(text_of("\x1F") == "\x1F");  // and of a gzip member
}

TEST_CASE("files, and what cannot be opened") {
  const TempFolder folder;
  folder.write("a.txt",
               "\xEF\xBB\xBF"
               "caf\xE9\n");
  CHECK(read_text(folder / "a.txt") == "caf\uFFFD\n");
  CHECK(read_bytes(folder / "a.txt") ==
        "\xEF\xBB\xBF"
        "caf\xE9\n");
  CHECK(read_bytes(folder / "a.txt", 8).size() == 8);
  CHECK_THROWS_AS(read_bytes(folder / "a.txt", 7), Error);
  CHECK_THROWS_AS(read_text(folder.path()), IoError);
  CHECK_THROWS_AS(read_text(folder / "missing"), IoError);
  const std::string text(200'000, 'y');
  folder.write("long", text);
  CHECK(read_text(folder / "long") == text);
  TextSource source = TextSource::open(folder / "long");
  CHECK(source.file_size() == 200'000);
  CHECK(source.bytes_read() == 0);
}
