#include "base/mapped_file.h"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <cerrno>
#include <filesystem>
#include <fstream>

#include "m2v/error.h"
#include "m2v/signals.h"
#include "support/temp_folder.h"

using m2v::IoError;
using m2v::base::MappedFile;

TEST_CASE("a file's bytes are mapped, and stay where they are when the object moves") {
  const m2v::test::TempFolder folder;
  folder.write("a.txt", "hello");
  folder.write("empty.txt", "");
  MappedFile file = MappedFile::open(folder.path() / "a.txt");
  const char* before = file.text().data();
  const MappedFile moved = std::move(file);
  CHECK(moved.text() == "hello");
  CHECK(moved.text().data() == before);
  CHECK(MappedFile::open(folder.path() / "empty.txt").text().empty());
}

TEST_CASE("what is no regular file is refused with its errno") {
  const m2v::test::TempFolder folder;
  const auto number_of = [](const std::filesystem::path& path) {
    try {
      MappedFile::open(path);
    } catch (const IoError& error) {
      return error.error_number();
    }
    return 0;
  };
  CHECK(number_of(folder.path() / "missing") == ENOENT);
  CHECK(number_of(folder.path()) == EISDIR);
  REQUIRE(::mkfifo((folder.path() / "fifo").c_str(), 0600) == 0);
  CHECK(number_of(folder.path() / "fifo") == EINVAL);  // and does not wait for a writer
}

TEST_CASE("a file that is mapped is found by any address in it, as long as it is mapped") {
  const m2v::test::TempFolder folder;
  folder.write("a", std::string(10000, 'a'));
  folder.write("b", "b");
  const char* data = nullptr;
  {
    MappedFile first = MappedFile::open(folder / "a");
    const MappedFile second = MappedFile::open(folder / "b");
    data = first.text().data();
    const MappedFile moved = std::move(first);
    CHECK(std::string(m2v::mapped_file_at(data)) == (folder / "a").string());
    CHECK(std::string(m2v::mapped_file_at(data + 9999)) == (folder / "a").string());
    CHECK(m2v::mapped_file_at(data + 10000) == nullptr);
    CHECK(std::string(m2v::mapped_file_at(second.text().data())) == (folder / "b").string());
  }
  CHECK(m2v::mapped_file_at(data) == nullptr);
  CHECK(m2v::mapped_file_at(nullptr) == nullptr);
}

TEST_CASE("a file that is read has nothing to do with what becomes of the file") {
  const m2v::test::TempFolder folder;
  folder.write("a", std::string(100000, 'a'));
  const auto characters = m2v::base::read_characters(folder / "a");
  std::filesystem::resize_file(folder / "a", 0);
  CHECK(characters.view() == std::string(100000, 'a'));
  CHECK(m2v::base::read_characters(folder / "a").empty());
  CHECK_THROWS_AS(m2v::base::read_characters(folder.path()), IoError);
}
