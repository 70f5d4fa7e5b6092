#include "core/durable_file.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "m2v/error.h"
#include "support/temp_folder.h"

using m2v::core::DurableFile;
using m2v::test::names_in;
using m2v::test::read_file;
using m2v::test::TempFolder;
using m2v::test::write_file;

TEST_CASE("a durable file is there when it is finished, and not before") {
  const TempFolder folder;
  const auto path = folder / "file";
  write_file(path, "old");
  DurableFile file(path);
  file.write(std::as_bytes(std::span(std::string_view("new"))));
  CHECK(read_file(path) == "old");
  file.set_mode(0600);
  file.finish();
  CHECK(read_file(path) == "new");
  struct stat status{};
  REQUIRE(::stat(path.c_str(), &status) == 0);
  CHECK((status.st_mode & 0777) == 0600);
}

TEST_CASE("an abandoned durable file leaves nothing behind, also after a move") {
  const TempFolder folder;
  {
    DurableFile first(folder / "file");
    const DurableFile second(std::move(first));
    CHECK(names_in(folder.path()).size() == 1);
  }
  CHECK(names_in(folder.path()).empty());
}

TEST_CASE("where no file can be made the error names the path") {
  const TempFolder folder;
  try {
    const DurableFile file(folder / "missing" / "file");
    FAIL("no exception");
  } catch (const m2v::IoError& error) {
    CHECK(std::string(error.what()).find("missing/file") != std::string::npos);
    CHECK(error.error_number() == ENOENT);
  }
}

TEST_CASE("a full disk is an error") {
  const int full = ::open("/dev/full", O_WRONLY | O_CLOEXEC);
  REQUIRE(full >= 0);
  CHECK_THROWS_AS(m2v::core::write_all(full, std::as_bytes(std::span("some bytes")), "vectors.npy"),
                  m2v::IoError);
  ::close(full);
}
