#include <doctest/doctest.h>

#include <string>

#include "m2v/corpus.h"
#include "m2v/tokenizer.h"
#include "support/temp_folder.h"
#include "support/tokenizer_json.h"

TEST_CASE("Markdown is left out, with the reason, and other files are read") {
  const m2v::test::TempFolder folder;
  folder.write("a.md", "# hello\n\nworld\n");
  folder.write("b.txt", "hello\n");
  const auto tokenizer = m2v::Tokenizer::from_json(m2v::test::bert_tokenizer().dump());
  const auto corpus = m2v::Corpus::read(folder.path(), tokenizer);
  CHECK(corpus.files() == 1);
  REQUIRE(corpus.left_out().size() == 1);
  CHECK(corpus.left_out()[0] ==
        (folder / "a.md").string() + ": cannot read Markdown: m2v was built without md4c");
}
