#include "m2v/corpus.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

#include "m2v/error.h"
#include "support/temp_folder.h"
#include "support/tokenizer_json.h"

using namespace m2v;
namespace fs = std::filesystem;

namespace {

Tokenizer tokenizer() { return Tokenizer::from_json(test::bert_tokenizer().dump()); }

std::vector<std::string> told(const Corpus& corpus, const fs::path& folder) {
  std::vector<std::string> result;
  for (const Passage& passage : corpus.passages()) {
    result.push_back(fs::path(passage.file).lexically_relative(folder).string() + ":" +
                     std::to_string(passage.line) + " [" + std::string(passage.title) + "] " +
                     std::string(passage.text));
  }
  return result;
}

}  // namespace

TEST_CASE("a folder becomes passages") {
  const test::TempFolder folder;
  folder.write("b.txt", "hello world\n\nhello");
  folder.write("a/c.md", "# hello\nworld\n");
  folder.write("picture.png", "x");
  folder.write("binary.txt", std::string("\0\1\2\3", 4));
  const Corpus corpus = Corpus::read(folder.path(), tokenizer());
  CHECK(told(corpus, folder.path()) ==
        std::vector<std::string>{"a/c.md:1 [hello] hello\n\nworld",
                                 "b.txt:1 [b.txt] hello world\n\nhello"});
  CHECK(corpus.files() == 2);
  CHECK(corpus.other_files() == 1);
  REQUIRE(corpus.left_out().size() == 1);
  CHECK(corpus.left_out()[0] ==
        (folder / "binary.txt").string() +
            ": is not text but binary, or UTF-16 without a byte order mark");
  CHECK(corpus.bytes() == 12 + 18);
  REQUIRE(corpus.texts().size() == 2);
  CHECK(corpus.texts()[0] == corpus.passages()[0].text);
}

TEST_CASE("a passage has no more tokens than asked for") {
  const test::TempFolder folder;
  std::string text;
  // "un" and "##able" are tokens: two a word.
  for (int i = 0; i < 500; ++i) text += i % 7 == 0 ? "unable. " : "unable ";
  folder.write("a.txt", text);
  const Tokenizer words = tokenizer();
  const Corpus corpus =
      Corpus::read(folder.path(), words, {.passage_tokens = 20, .overlap_tokens = 4});
  CHECK(corpus.passages().size() >= 500 * 2 / 20);
  for (const std::string_view passage : corpus.texts()) {
    std::vector<std::uint32_t> ids;
    words.encode(passage, ids);
    CHECK(ids.size() <= 20);
    CHECK(ids.size() >= 8);
  }
}

TEST_CASE("the same passages on any number of threads") {
  const test::TempFolder folder;
  std::string long_text;
  for (int i = 0; i < 60'000; ++i)
    long_text += "hello world" + std::string(i % 9 == 0 ? "\n\n" : ". ");
  folder.write("long.md", long_text);
  for (int i = 0; i < 50; ++i) folder.write("x" + std::to_string(i) + ".txt", "hello world");
  const Corpus one = Corpus::read(folder.path(), tokenizer(), {.threads = 1});
  const Corpus many = Corpus::read(folder.path(), tokenizer(), {.threads = 7});
  CHECK(told(one, folder.path()) == told(many, folder.path()));
  CHECK(one.passages().size() > 1000);
}

TEST_CASE("what cannot be read is told and counted, and the rest is searched") {
  const test::TempFolder folder;
  folder.write("good.txt", "hello");
  folder.write("large.txt", std::string(100, 'x'));
  folder.write("wrong.jsonl", "{\"text\": \"world\"}\nnothing\n");
  fs::create_symlink("/nowhere/at/all", folder / "dangling.txt");
  std::vector<std::string> warnings;
  const Corpus corpus =
      Corpus::read(folder.path(), tokenizer(), {.max_file_bytes = 50}, [&](const Event& event) {
        if (event.kind == Event::Kind::kWarning) warnings.push_back(event.message);
        return true;
      });
  CHECK(corpus.passages().size() == 2);
  CHECK(corpus.unreadable() == 2);
  CHECK(corpus.rows_left_out() == 1);
  REQUIRE(warnings.size() == 3);
  CHECK(warnings[0].find("dangling.txt") != std::string::npos);
  CHECK(warnings[1].find("large.txt") != std::string::npos);
  CHECK(warnings[2].find("wrong.jsonl: line 2") != std::string::npos);
}

TEST_CASE("ten files that are left out are named, and the others counted") {
  const test::TempFolder folder;
  for (int i = 10; i < 35; ++i) folder.write(std::to_string(i) + ".txt", "%PDF-1.7");
  std::vector<std::string> warnings;
  const Corpus corpus = Corpus::read(folder.path(), tokenizer(), {}, [&](const Event& event) {
    if (event.kind == Event::Kind::kWarning) warnings.push_back(event.message);
    return true;
  });
  CHECK(corpus.left_out().size() == 25);
  REQUIRE(warnings.size() == 11);
  CHECK(warnings[0] ==
        "left out: " + (folder / "10.txt").string() + ": is not text but a PDF document");
  CHECK(warnings[10] == "and 15 more files left out");
}

TEST_CASE("UTF-16 is text, and a page is in the encoding that it declares") {
  const test::TempFolder folder;
  folder.write("a.md", std::string("\xFE\xFF\0#\0 \0A\0\n\0b", 12));
  folder.write("b.html", "<meta charset=windows-1251><p>\xCF\xF0\xE8\xE2\xE5\xF2");
  folder.write("c.html", "<meta charset=klingon><p>caf\xE9");
  folder.write("d.txt", "caf\xE9");
  const Corpus corpus = Corpus::read(folder.path(), tokenizer());
  CHECK(told(corpus, folder.path()) ==
        std::vector<std::string>{"a.md:1 [A] A\n\nb",
                                 "b.html:1 [b.html] \u041F\u0440\u0438\u0432\u0435\u0442",
                                 "d.txt:1 [d.txt] caf\uFFFD"});
  REQUIRE(corpus.left_out().size() == 1);
  CHECK(corpus.left_out()[0] ==
        (folder / "c.html").string() +
            ": declares the encoding \"klingon\", which is unknown, and is not valid UTF-8");
}

TEST_CASE("an empty folder, and none") {
  const test::TempFolder folder;
  CHECK(Corpus::read(folder.path(), tokenizer()).passages().empty());
  CHECK_THROWS_AS(Corpus::read(folder / "missing", tokenizer()), IoError);
}

TEST_CASE("sizes that make no sense") {
  const test::TempFolder folder;
  CHECK_THROWS_AS(Corpus::read(folder.path(), tokenizer(), {.passage_tokens = 7}),
                  std::invalid_argument);
  CHECK_THROWS_AS(
      Corpus::read(folder.path(), tokenizer(), {.passage_tokens = 16, .overlap_tokens = 16}),
      std::invalid_argument);
}

TEST_CASE("reading can be cancelled") {
  const test::TempFolder folder;
  folder.write("a.txt", "hello");
  CHECK_THROWS_AS(Corpus::read(folder.path(), tokenizer(), {}, [](const Event&) { return false; }),
                  Cancelled);
}

TEST_CASE("the lines of a file are passages") {
  const test::TempFolder folder;
  folder.write("a.txt", "hello\n\nworld\n");
  const Corpus corpus = Corpus::from_lines(TextFile::read(folder / "a.txt"), "a.txt");
  REQUIRE(corpus.passages().size() == 3);
  CHECK(corpus.passages()[2].text == "world");
  CHECK(corpus.passages()[2].line == 3);
  CHECK(corpus.passages()[2].file == "a.txt");
  CHECK(corpus.passages()[2].title.empty());
}
