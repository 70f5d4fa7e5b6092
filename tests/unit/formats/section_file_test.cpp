#include "formats/section_file.h"

#include <doctest/doctest.h>

#include <cstring>
#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

#include "m2v/error.h"
#include "support/section_bytes.h"
#include "support/temp_folder.h"

using namespace m2v::formats;
using namespace m2v::base;
using m2v::FormatError;
using m2v::test::aligned_copy;
using m2v::test::seal;

namespace {

Sections some_sections() {
  Sections sections("test");
  sections.add("numbers", FlatArray<std::uint64_t>(std::vector<std::uint64_t>{1, 2, 3}));
  sections.add("text", "hello");
  sections.add("empty", "");
  sections.add("shifted", FlatArray<char>(std::vector<char>(100, 'x')), 24);
  return sections;
}

std::string some_file() {
  const m2v::test::TempFolder folder;
  write_section_file(folder / "a.m2v", some_sections());
  return m2v::test::read_file(folder / "a.m2v");
}

std::string message_of(const std::string& bytes) {
  try {
    parse_section_file(aligned_copy(bytes), "a.m2v");
  } catch (const FormatError& error) {
    return error.what();
  }
  return {};
}

template <typename T>
void put(std::string& bytes, std::size_t location, T value) {
  std::memcpy(bytes.data() + location, &value, sizeof value);
}

constexpr std::size_t kEntry = 64;  // the size of one, and where the first one is

}  // namespace

TEST_CASE("what is put into a section file is found where it is mapped") {
  const m2v::test::TempFolder folder;
  write_section_file(folder / "a.m2v", some_sections());
  CHECK(is_section_file(folder / "a.m2v"));
  open_verified_section_file(folder / "a.m2v");
  FlatArray<std::uint64_t> numbers;
  {
    const Sections sections = open_section_file(folder / "a.m2v");
    numbers = sections.array<std::uint64_t>("numbers");
    CHECK(sections.text("text") == "hello");
    CHECK(sections.text("empty").empty());
    const auto* shifted = sections.find("shifted");
    REQUIRE(shifted != nullptr);
    CHECK(reinterpret_cast<std::uintptr_t>(shifted->bytes.data() + 24) % 64 == 0);
    CHECK(sections.find("nothing") == nullptr);
  }
  CHECK(std::vector<std::uint64_t>(numbers.begin(), numbers.end()) ==
        std::vector<std::uint64_t>{1, 2, 3});
  CHECK(m2v::test::names_in(folder.path()) == std::vector<std::string>{"a.m2v"});
}

TEST_CASE("the same sections give the same bytes, and none a file as well") {
  CHECK(some_file() == some_file());
  const m2v::test::TempFolder folder;
  write_section_file(folder / "a.m2v", Sections("test"));
  open_verified_section_file(folder / "a.m2v");
  CHECK(open_section_file(folder / "a.m2v").all().empty());
}

TEST_CASE("a section in pieces is the same bytes as one in one piece") {
  const m2v::test::TempFolder folder;
  const std::vector<char> all(1000, 'p');
  Sections whole("test"), pieces("test");
  whole.add("a", FlatArray<char>(all));
  whole.add("b", "after it");
  const auto piece = [&](std::size_t begin, std::size_t size) {
    return FlatArray<std::byte>(std::as_bytes(std::span(all)).subspan(begin, size), nullptr);
  };
  pieces.add("a", {piece(0, 1), piece(1, 0), piece(1, 700), piece(701, 299)});
  pieces.add("b", "after it");
  write_section_file(folder / "whole", whole);
  write_section_file(folder / "pieces", pieces);
  open_verified_section_file(folder / "pieces");
  CHECK(m2v::test::read_file(folder / "pieces") == m2v::test::read_file(folder / "whole"));
}

TEST_CASE("arrays are asked for by name and type") {
  const Sections sections = some_sections();
  CHECK_THROWS_WITH(static_cast<void>(sections.array<char>("nothing")),
                    "test: section \"nothing\": is missing");
  CHECK_THROWS_AS(static_cast<void>(sections.array<std::uint32_t>("text")), FormatError);
  Sections odd("test");
  const auto owner = std::make_shared<std::vector<std::uint64_t>>(3);
  odd.add("odd", FlatArray<char>({reinterpret_cast<const char*>(owner->data()) + 4, 16}, owner));
  CHECK(odd.array<std::uint32_t>("odd").size() == 4);
  CHECK_THROWS_AS(static_cast<void>(odd.array<std::uint64_t>("odd")), FormatError);
}

TEST_CASE("names that no file can hold are refused") {
  const m2v::test::TempFolder folder;
  for (const std::string& name : {std::string(), std::string(41, 'x'), std::string("a\0b", 3)}) {
    Sections sections("test");
    sections.add(name, "");
    CHECK_THROWS_AS(write_section_file(folder / "a.m2v", sections), std::invalid_argument);
  }
  Sections twice("test");
  twice.add("a", "");
  twice.add("a", "");
  CHECK_THROWS_AS(write_section_file(folder / "a.m2v", twice), std::invalid_argument);
  Sections longest("test");
  longest.add(std::string(40, 'x'), "");
  write_section_file(folder / "a.m2v", longest);
  CHECK(open_section_file(folder / "a.m2v").has(std::string(40, 'x')));
  CHECK(m2v::test::names_in(folder.path()) == std::vector<std::string>{"a.m2v"});
}

TEST_CASE("every part of the header and the table is checked") {
  const std::string good = some_file();
  REQUIRE(message_of(good).empty());
  const std::size_t text = 2 * kEntry;  // the entry of "text"
  std::uint64_t text_offset;
  std::memcpy(&text_offset, good.data() + text + 40, sizeof text_offset);
  const std::uint64_t size = good.size();
  const std::pair<std::function<void(std::string&)>, const char*> cases[] = {
      {[](std::string& b) { b[0] = 'x'; }, "wrong magic bytes"},
      {[](std::string& b) { put(b, 8, std::uint32_t{2}); }, "compile the model again"},
      {[](std::string& b) { put(b, 12, std::uint32_t{0x04030201}); }, "byte order"},
      {[&](std::string& b) { put(b, 16, size + 1); }, "cut off"},
      {[](std::string& b) { b += 'x'; }, "appended"},
      {[](std::string& b) { put(b, 24, std::uint64_t{5000}); }, "too small for a table"},
      {[](std::string& b) { put(b, 24, std::uint64_t{3}); }, "does not follow"},
      {[](std::string& b) { put(b, 24, ~std::uint64_t{0} / 64); }, "too small for a table"},
      {[](std::string& b) { put(b, 24, std::uint64_t{0}); }, "do not belong to any section"},
      {[&](std::string& b) { b[text] = '\0'; }, "has no name"},
      {[&](std::string& b) { b.replace(text, 5, std::string("empty", 5)); }, "there twice"},
      {[&](std::string& b) { put(b, text + 40, text_offset - 64); }, "does not follow"},
      {[&](std::string& b) { put(b, text + 40, text_offset + 64); }, "does not follow"},
      {[&](std::string& b) { put(b, text + 40, ~std::uint64_t{0} - 2); }, "does not follow"},
      {[&](std::string& b) { put(b, text + 48, size); }, "beyond the file"},
      {[&](std::string& b) { put(b, text + 48, ~std::uint64_t{0} - 2); }, "beyond the file"},
      {[&](std::string& b) { put(b, 4 * kEntry + 48, std::uint64_t{99}); },
       "do not belong to any section"},
  };
  for (const auto& [damage, problem] : cases) {
    std::string bytes = good;
    damage(bytes);
    seal(bytes);
    CAPTURE(problem);
    CHECK(message_of(bytes).find(problem) != std::string::npos);
  }
  std::string unsealed = good;
  unsealed[text + 1] = 'E';
  CHECK(message_of(unsealed).find("checksum") != std::string::npos);
}

TEST_CASE("a file that is cut off anywhere is refused") {
  const std::string good = some_file();
  for (std::size_t size = 0; size < good.size(); ++size) {
    std::string bytes = good.substr(0, size);
    CHECK_FALSE(message_of(bytes).empty());
    seal(bytes);
    CHECK_FALSE(message_of(bytes).empty());
  }
}

TEST_CASE("verifying finds any byte that is flipped") {
  const m2v::test::TempFolder folder;
  const std::string good = some_file();
  for (std::size_t location = 0; location < good.size(); ++location) {
    std::string bytes = good;
    bytes[location] = static_cast<char>(bytes[location] ^ 0x10);
    folder.write("a.m2v", bytes);
    CAPTURE(location);
    CHECK_THROWS_AS(open_verified_section_file(folder / "a.m2v"), FormatError);
  }
}

TEST_CASE("other files are no section files") {
  const m2v::test::TempFolder folder;
  folder.write("a.json", "{}");
  CHECK_FALSE(is_section_file(folder / "a.json"));
  CHECK_FALSE(is_section_file(folder.path()));
  CHECK_FALSE(is_section_file(folder / "missing"));
}
