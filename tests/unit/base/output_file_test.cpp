#include "base/output_file.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <thread>
#include <utility>

#include "m2v/error.h"
#include "m2v/signals.h"
#include "support/file_size_limit.h"
#include "support/temp_folder.h"

using m2v::IoError;
using m2v::base::Descriptor;
using m2v::base::OutputFile;
using m2v::base::write_output_file;
using m2v::test::names_in;
using m2v::test::read_file;
using m2v::test::TempFolder;
using m2v::test::write_file;

namespace {

namespace fs = std::filesystem;

mode_t mode_of(const fs::path& path) {
  struct stat status{};
  REQUIRE(::stat(path.c_str(), &status) == 0);
  return status.st_mode & 07777;
}

/// The errno value of a refusal; 0 if there is none.
int refusal(const fs::path& path) {
  try {
    write_output_file(path, "new");
  } catch (const IoError& error) {
    CHECK(std::string(error.what()).find(path.filename().string()) != std::string::npos);
    return error.error_number();
  }
  return 0;
}

}  // namespace

TEST_CASE("a file is there when it is finished, and not before") {
  const TempFolder folder;
  write_file(folder / "file", "old");
  OutputFile file = OutputFile::create(folder / "file");
  file.write("new");
  file.write(std::string(1 << 20, '.'));
  CHECK(read_file(folder / "file") == "old");
  CHECK(names_in(folder.path()).size() == 2);
  file.finish();
  CHECK(read_file(folder / "file") == "new" + std::string(1 << 20, '.'));
  CHECK(names_in(folder.path()) == std::vector<std::string>{"file"});
}

TEST_CASE("an abandoned file leaves nothing behind, also after a move") {
  const TempFolder folder;
  {
    OutputFile first = OutputFile::create(folder / "file");
    const OutputFile second(std::move(first));
    CHECK(names_in(folder.path()).size() == 1);
  }
  CHECK(names_in(folder.path()).empty());
}

TEST_CASE("a file that is replaced keeps its mode; a new one has what the umask leaves") {
  const TempFolder folder;
  write_file(folder / "private", "old");
  fs::permissions(folder / "private", fs::perms::owner_read | fs::perms::owner_write);
  const mode_t before = ::umask(027);
  write_output_file(folder / "private", "new");
  write_output_file(folder / "made", "new");
  ::umask(before);
  CHECK(mode_of(folder / "private") == 0600);
  CHECK(mode_of(folder / "made") == 0640);
}

TEST_CASE("links stay, and what they lead to is replaced or made") {
  const TempFolder folder;
  write_file(folder / "deep/real", "old");
  fs::create_symlink("deep/real", folder / "one");
  fs::create_symlink(folder / "one", folder / "two");
  fs::create_symlink("deep/not yet", folder / "dangling");
  fs::create_symlink("around", folder / "around");
  write_output_file(folder / "two", "new");
  write_output_file(folder / "dangling", "made");
  CHECK(read_file(folder / "deep/real") == "new");
  CHECK(read_file(folder / "deep/not yet") == "made");
  CHECK(fs::read_symlink(folder / "one") == "deep/real");
  CHECK(fs::is_symlink(folder / "two"));
  CHECK(fs::is_symlink(folder / "dangling"));
  CHECK(names_in(folder / "deep") == std::vector<std::string>{"not yet", "real"});
  CHECK(refusal(folder / "around") == ELOOP);
}

TEST_CASE("a hard link keeps what it has") {
  const TempFolder folder;
  write_file(folder / "file", "old");
  fs::create_hard_link(folder / "file", folder / "other");
  write_output_file(folder / "file", "new");
  CHECK(read_file(folder / "file") == "new");
  CHECK(read_file(folder / "other") == "old");
}

TEST_CASE("a file's owner stays, where that can be") {
  if (::geteuid() != 0) return;  // only root can make files of others: tests/files has the rest
  const TempFolder folder;
  write_file(folder / "file", "old");
  REQUIRE(::chown((folder / "file").c_str(), 65534, 65533) == 0);
  REQUIRE(::chmod((folder / "file").c_str(), 04750) == 0);
  write_output_file(folder / "file", "new");
  struct stat status{};
  REQUIRE(::stat((folder / "file").c_str(), &status) == 0);
  CHECK(status.st_uid == 65534);
  CHECK(status.st_gid == 65533);
  CHECK((status.st_mode & 07777) == 04750);
  CHECK(read_file(folder / "file") == "new");
}

TEST_CASE("what must not be replaced is refused, by its name") {
  const TempFolder folder;
  write_file(folder / "read-only", "old");
  fs::permissions(folder / "read-only", fs::perms::owner_read);
  fs::create_directory(folder / "folder");
  CHECK(refusal(folder / "read-only") == EACCES);
  CHECK(refusal(folder / "folder") == EISDIR);
  CHECK(refusal(folder / "none/file") == ENOENT);
  CHECK(refusal(folder / "read-only/file") == ENOTDIR);
  CHECK(refusal("/proc/version") != 0);
  CHECK(read_file(folder / "read-only") == "old");
  CHECK(names_in(folder.path()) == std::vector<std::string>{"folder", "read-only"});
}

TEST_CASE("pipes and devices get the bytes as they come, and stay what they are") {
  const TempFolder folder;
  const fs::path fifo = folder / "fifo";
  REQUIRE(::mkfifo(fifo.c_str(), 0600) == 0);
  std::string got;
  std::thread reader([&] { got = read_file(fifo); });
  write_output_file(fifo, "through");
  reader.join();
  CHECK(got == "through");
  CHECK(fs::is_fifo(fifo));
  write_output_file("/dev/null", "nowhere");
  CHECK(fs::is_character_file("/dev/null"));
  CHECK(refusal("/dev/full") == ENOSPC);
  CHECK_FALSE(OutputFile::create("/dev/null").can_rewrite());
}

TEST_CASE("an open file by its number goes on where it is, and is not replaced") {
  const TempFolder folder;
  const fs::path path = folder / "log";
  write_file(path, "before ");
  const Descriptor log(::open(path.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC));
  struct stat before{}, after{};
  REQUIRE(::fstat(log.number(), &before) == 0);
  const std::string number = std::to_string(log.number());
  for (const char* where : {"/proc/self/fd/", "/dev/fd/"}) write_output_file(where + number, "x ");
  fs::create_symlink("/proc/self/fd/" + number, folder / "link");
  write_output_file(folder / "link", "after");
  CHECK(read_file(path) == "before x x after");
  REQUIRE(::stat(path.c_str(), &after) == 0);
  CHECK(before.st_ino == after.st_ino);
  CHECK(names_in(folder.path()) == std::vector<std::string>{"link", "log"});
}

TEST_CASE("a file that may not grow is an error, and leaves nothing") {
  const TempFolder folder;
  write_file(folder / "file", "old");
  const m2v::test::FileSizeLimit limit(1000);
  try {
    write_output_file(folder / "file", std::string(2000, '.'));
    FAIL_CHECK("no exception");
  } catch (const IoError& error) {
    CHECK(error.error_number() == EFBIG);
  }
  CHECK(read_file(folder / "file") == "old");
  CHECK(names_in(folder.path()) == std::vector<std::string>{"file"});
}

TEST_CASE("what a dead writer left goes, what a living one writes and other names stay") {
  const TempFolder folder;
  const char* const others[] = {".file.m2v-short", ".file.m2v-toolong", ".file.m2v-ABCDEF",
                                ".other.m2v-abc123", "file.m2v-abc123"};
  for (const char* name : others) write_file(folder / name, "");
  write_file(folder / ".file.m2v-abc123", "half of a file");
  write_file(folder / ".file.m2v-locked", "a living one's");
  fs::create_directory(folder / ".file.m2v-folder");
  const Descriptor living(::open((folder / ".file.m2v-locked").c_str(), O_RDONLY | O_CLOEXEC));
  REQUIRE(::flock(living.number(), LOCK_EX) == 0);
  OutputFile first = OutputFile::create(folder / "file");
  write_output_file(folder / "file", "second");  // which lives beside the first
  first.write("first");
  first.finish();
  CHECK(read_file(folder / "file") == "first");
  CHECK_FALSE(fs::exists(folder / ".file.m2v-abc123"));
  CHECK(fs::exists(folder / ".file.m2v-locked"));
  CHECK(fs::exists(folder / ".file.m2v-folder"));
  for (const char* name : others) CHECK(fs::exists(folder / name));
}

TEST_CASE("names of any length and bytes") {
  const TempFolder folder;
  for (const std::string& name : {std::string(255, 'n'), std::string("two words\n"),
                                  std::string("ein schöner Name"), std::string("-o")}) {
    write_output_file(folder / name, "1");
    write_output_file(folder / name, "2");
    CHECK(read_file(folder / name) == "2");
  }
  CHECK(names_in(folder.path()).size() == 4);
}

TEST_CASE("a handler that ends the program removes what is not finished") {
  const TempFolder folder;
  write_file(folder / "done", "old");
  OutputFile file = OutputFile::create(folder / "file");
  file.write("half");
  write_output_file(folder / "done", "new");
  CHECK(m2v::prepare_to_exit(SIGTERM));
  CHECK(names_in(folder.path()) == std::vector<std::string>{"done"});
}
