#include "core/mapped_file.h"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <cerrno>
#include <filesystem>
#include <fstream>

#include "m2v/error.h"
#include "support/temp_folder.h"

using m2v::IoError;
using m2v::core::MappedFile;

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
