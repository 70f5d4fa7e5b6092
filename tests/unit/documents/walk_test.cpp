#include "documents/walk.h"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <filesystem>

#include "m2v/error.h"
#include "support/temp_folder.h"

using namespace m2v;
namespace fs = std::filesystem;

namespace {

using Names = std::vector<std::string>;

Names found_in(const test::TempFolder& folder, const Names& include = {},
               const Names& exclude = {}) {
  Names names;
  for (const documents::FoundFile& file :
       documents::walk(folder.path(), {include, exclude}).files) {
    names.push_back(file.path.lexically_relative(folder.path()).string());
  }
  return names;
}

}  // namespace

TEST_CASE("kinds are told by the name") {
  using documents::Kind;
  CHECK(documents::kind_of("notes.txt") == Kind::kText);
  CHECK(documents::kind_of("README") == Kind::kText);
  CHECK(documents::kind_of("README.MD") == Kind::kMarkdown);
  CHECK(documents::kind_of("a.b.html") == Kind::kHtml);
  CHECK(documents::kind_of("x.jsonl") == Kind::kJsonLines);
  CHECK(documents::kind_of("x.c") == Kind::kCode);
  CHECK(documents::kind_of("CMakeLists.txt") == Kind::kCode);
  CHECK(documents::kind_of("x.pdf") == Kind::kPdf);
  for (const char* name : {"x.png", "x", "x.", "", "txt", "x.c cc", "x. "}) {
    CAPTURE(name);
    CHECK_FALSE(documents::kind_of(name));
  }
}

TEST_CASE("files come in the order of their names, folder by folder") {
  const test::TempFolder folder;
  for (const char* name : {"b.txt", "a/z.txt", "a/b/c.md", "a.txt", "c/d.py"}) {
    folder.write(name, "x");
  }
  CHECK(found_in(folder) == Names{"a/b/c.md", "a/z.txt", "a.txt", "b.txt", "c/d.py"});
}

TEST_CASE("hidden files, packages and unknown kinds are passed over") {
  const test::TempFolder folder;
  for (const char* name : {".git/a.txt", ".hidden.txt", "node_modules/a/b.js", "picture.png",
                           "x/__pycache__/a.py", "kept.txt"}) {
    folder.write(name, "x");
  }
  CHECK(found_in(folder) == Names{"kept.txt"});
}

TEST_CASE("patterns are for names, or for paths if they have a slash") {
  const test::TempFolder folder;
  for (const char* name : {"a.txt", "a.md", "drafts/a.md", "drafts/old/b.md", "data.bin"}) {
    folder.write(name, "x");
  }
  CHECK(found_in(folder, {"*.md"}) == Names{"a.md", "drafts/a.md", "drafts/old/b.md"});
  CHECK(found_in(folder, {}, {"*.md"}) == Names{"a.txt"});
  CHECK(found_in(folder, {}, {"drafts"}) == Names{"a.md", "a.txt"});
  CHECK(found_in(folder, {"drafts/*.md"}) == Names{"drafts/a.md", "drafts/old/b.md"});
  CHECK(found_in(folder, {"*.md"}, {"drafts/old"}) == Names{"a.md", "drafts/a.md"});
  CHECK(found_in(folder, {"*.bin", "a.txt"}) == Names{"a.txt", "data.bin"});
}

TEST_CASE("links are followed, and nothing is found twice") {
  const test::TempFolder folder, elsewhere;
  folder.write("a/one.txt", "x");
  elsewhere.write("two.txt", "x");
  fs::create_directory_symlink(folder.path(), folder / "a/loop");
  fs::create_directory_symlink(elsewhere.path(), folder / "b");
  fs::create_directory_symlink(elsewhere.path(), folder / "c");
  fs::create_symlink(folder / "a/one.txt", folder / "z.txt");
  CHECK(found_in(folder) == Names{"a/one.txt", "b/two.txt"});
}

TEST_CASE("what cannot be looked at is told") {
  const test::TempFolder folder;
  folder.write("a.txt", "x");
  fs::create_symlink("/nowhere/at/all", folder / "dangling.txt");
  const Names none;
  const documents::Walk walk = documents::walk(folder.path(), {none, none});
  CHECK(walk.files.size() == 1);
  REQUIRE(walk.problems.size() == 1);
  CHECK(walk.problems[0].find("dangling.txt") != std::string::npos);
  CHECK_THROWS_AS(documents::walk(folder / "missing", {none, none}), IoError);
  CHECK_THROWS_AS(documents::walk(folder / "a.txt", {none, none}), IoError);
}

TEST_CASE("a pipe is no file") {
  const test::TempFolder folder;
  REQUIRE(::mkfifo((folder / "pipe.txt").c_str(), 0600) == 0);
  CHECK(found_in(folder).empty());
}
