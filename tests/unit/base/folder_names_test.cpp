#include "base/folder_names.h"

#include <doctest/doctest.h>
#include <sys/resource.h>

#include <cerrno>
#include <fstream>
#include <set>
#include <string>

#include "base/descriptor.h"
#include "support/temp_folder.h"

using namespace m2v;

namespace {

std::set<std::string> all_of(base::FolderNames names) {
  std::set<std::string> all;
  while (const char* const name = names.next()) CHECK(all.insert(name).second);
  CHECK(names.error() == 0);
  return all;
}

}  // namespace

TEST_CASE("a folder's names are all there, hidden ones and folders too") {
  const test::TempFolder folder;
  CHECK(all_of(base::FolderNames(folder / "")).empty());
  std::filesystem::create_directories(folder / "below/deeper");
  for (const char* name : {".hidden", "...", "a b", "ß"}) std::ofstream(folder / name) << "x";
  const std::set<std::string> expected = {".hidden", "...", "a b", "ß", "below"};
  CHECK(all_of(base::FolderNames(folder / "")) == expected);
  const base::Descriptor open = base::open_folder(folder / "");
  CHECK(all_of(base::FolderNames(open.number(), "")) == expected);
  CHECK(all_of(base::FolderNames(open.number(), "below")) == std::set<std::string>{"deeper"});
}

TEST_CASE("what is no folder, or cannot be opened, has no names and an error") {
  const test::TempFolder folder;
  std::ofstream(folder / "file") << "x";
  const auto error_of = [](const std::filesystem::path& path) {
    base::FolderNames names(path);
    CHECK(names.next() == nullptr);
    CHECK(names.descriptor() == -1);
    return names.error();
  };
  CHECK(error_of(folder / "none") == ENOENT);
  CHECK(error_of(folder / "file") == ENOTDIR);
  rlimit limit{};
  REQUIRE(::getrlimit(RLIMIT_NOFILE, &limit) == 0);
  const rlimit none{0, limit.rlim_max};
  REQUIRE(::setrlimit(RLIMIT_NOFILE, &none) == 0);
  const int error = error_of(folder / "");
  REQUIRE(::setrlimit(RLIMIT_NOFILE, &limit) == 0);
  CHECK(error == EMFILE);
}
