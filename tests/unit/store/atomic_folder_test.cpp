#include "store/atomic_folder.h"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <cerrno>

#include "m2v/error.h"
#include "support/temp_folder.h"

using m2v::IoError;
using m2v::store::AtomicFolder;
using m2v::test::names_in;
using m2v::test::read_file;
using m2v::test::TempFolder;
using m2v::test::write_file;

namespace {

namespace fs = std::filesystem;

bool is_ours(std::string_view name) { return name == "ours" || name == "new"; }

}  // namespace

TEST_CASE("a folder appears when it is committed, and not before") {
  const TempFolder folder;
  AtomicFolder staged(folder / "x/y");
  write_file(staged.staging() / "new", "1");
  CHECK_FALSE(fs::exists(folder / "x/y"));
  CHECK(staged.staging().parent_path() == folder / "x");
  CHECK(staged.staging().filename().string().starts_with(".y.m2v-"));
  staged.commit(is_ours);
  CHECK(names_in(folder / "x") == std::vector<std::string>{"y"});
  CHECK(read_file(folder / "x/y/new") == "1");
}

TEST_CASE("an existing folder is replaced, with and without the exchange") {
  for (const bool exchange : {true, false}) {
    CAPTURE(exchange);
    const TempFolder folder;
    write_file(folder / "t/ours", "old");
    write_file(folder / "t/theirs", "kept");
    write_file(folder / "t/sub/file", "kept too");
    write_file(folder / "t/sub/new", "not ours in there");
    write_file(folder / "t/both", "old");
    {
      AtomicFolder staged(folder / "t");
      write_file(staged.staging() / "new", "1");
      write_file(staged.staging() / "both", "new");
      staged.commit(is_ours, exchange);
      CHECK(read_file(folder / "t/new") == "1");
    }
    CHECK(names_in(folder.path()) == std::vector<std::string>{"t"});
    CHECK(names_in(folder / "t") == std::vector<std::string>{"both", "new", "sub", "theirs"});
    CHECK(read_file(folder / "t/both") == "new");
    CHECK(read_file(folder / "t/theirs") == "kept");
    CHECK(read_file(folder / "t/sub/file") == "kept too");
    CHECK(read_file(folder / "t/sub/new") == "not ours in there");
  }
}

TEST_CASE("what is not committed goes away") {
  const TempFolder folder;
  write_file(folder / "t/ours", "old");
  try {
    const AtomicFolder staged(folder / "t");
    write_file(staged.staging() / "deep/er/new", "1");
    throw std::runtime_error("stop");
  } catch (const std::runtime_error&) {
  }
  CHECK(names_in(folder.path()) == std::vector<std::string>{"t"});
  CHECK(read_file(folder / "t/ours") == "old");
}

TEST_CASE("two at once do not meet") {
  const TempFolder folder;
  AtomicFolder first(folder / "t");
  AtomicFolder second(folder / "t");
  CHECK(first.staging() != second.staging());
  write_file(first.staging() / "ours", "1");
  write_file(second.staging() / "ours", "2");
  second.commit(is_ours);
  first.commit(is_ours);
  CHECK(read_file(folder / "t/ours") == "1");
}

TEST_CASE("a linked folder is followed, and the link stays") {
  const TempFolder folder;
  write_file(folder / "real/ours", "old");
  fs::create_symlink("real", folder / "link");
  AtomicFolder staged(folder / "link");
  write_file(staged.staging() / "ours", "new");
  staged.commit(is_ours);
  CHECK(fs::is_symlink(folder / "link"));
  CHECK(read_file(folder / "real/ours") == "new");
}

TEST_CASE("a target may be spelled with dots and a slash at its end") {
  const TempFolder folder;
  AtomicFolder staged(folder / "a/.././t/");
  CHECK(staged.target() == folder / "t");
  staged.commit(is_ours);
  CHECK(fs::is_directory(folder / "t"));
}

TEST_CASE("targets that cannot be are refused at once") {
  const TempFolder folder;
  write_file(folder / "file", "text");
  fs::create_symlink("nowhere", folder / "dangling");
  ::mkfifo((folder / "fifo").c_str(), 0600);
  const auto refused = [](const fs::path& target, int number) {
    try {
      const AtomicFolder staged(target);
      FAIL_CHECK("no exception for " << target.string());
    } catch (const IoError& error) {
      CHECK(error.error_number() == number);
    }
  };
  refused(folder / "file", ENOTDIR);
  refused(folder / "file/inside", ENOTDIR);
  refused(folder / "fifo", ENOTDIR);
  refused(folder / "dangling", ENOENT);
  refused("/", EBUSY);
  CHECK(names_in(folder.path()) == std::vector<std::string>{"dangling", "fifo", "file"});
  CHECK(read_file(folder / "file") == "text");
}
