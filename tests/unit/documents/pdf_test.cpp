#include <doctest/doctest.h>
#include <stdlib.h>

#include <filesystem>
#include <string>

#include "documents/readers.h"
#include "m2v/error.h"
#include "support/temp_folder.h"

using namespace m2v;
namespace fs = std::filesystem;

namespace {

/// A program of that name, before all others, as long as this lives.
class FakeProgram {
 public:
  explicit FakeProgram(const std::string& script) : path_(::getenv("PATH")) {
    if (!script.empty()) {
      folder_.write("pdftotext", "#!/bin/sh\n" + script);
      fs::permissions(folder_ / "pdftotext", fs::perms::owner_all);
    }
    ::setenv("PATH", folder_.path().c_str(), 1);
  }
  ~FakeProgram() { ::setenv("PATH", path_.c_str(), 1); }

 private:
  test::TempFolder folder_;
  std::string path_;
};

constexpr std::size_t kMaxFileBytes = 1000;

}  // namespace

TEST_CASE("a PDF is what pdftotext says, page by page") {
  const FakeProgram program("printf 'one\\ntwo\\n\\n\\fthree\\n\\f\\ffour\\f'");
  const documents::Document document = documents::read_pdf("x.pdf", kMaxFileBytes);
  REQUIRE(document.blocks.size() == 3);
  CHECK(document.locations == documents::LocationUnit::kPages);
  CHECK(document.blocks[0].location == 1);
  CHECK(document.blocks[1].location == 2);
  CHECK(document.blocks[2].location == 4);
  const documents::Block& last = document.blocks[2];
  CHECK(document.text.substr(last.begin, last.end - last.begin) == "four");
}

TEST_CASE("no name of a file is an option of pdftotext") {
  const FakeProgram program("shift 3; printf '%s' \"$1\"");
  CHECK(documents::read_pdf("-x.pdf", kMaxFileBytes).text ==
        fs::absolute("-x.pdf").string() + "\n");
}

TEST_CASE("what pdftotext cannot do is an error that names the file") {
  const auto problem = [](const char* script) -> std::string {
    const FakeProgram program(script);
    try {
      documents::read_pdf("x.pdf", kMaxFileBytes);
    } catch (const Error& error) {
      return error.what();
    }
    return "none";
  };
  CHECK(problem("exit 1").starts_with("x.pdf: "));
  CHECK(problem("printf text; exit 3").starts_with("x.pdf: "));
  CHECK(problem("while :; do echo more; done").find("1000 bytes") != std::string::npos);
}

TEST_CASE("PDFs without pdftotext") {
  const FakeProgram program("");
  CHECK_THROWS_AS(documents::read_pdf("x.pdf", kMaxFileBytes), documents::NoPdfProgram);
}
