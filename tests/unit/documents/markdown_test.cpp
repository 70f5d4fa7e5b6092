#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "documents/readers.h"

using namespace m2v;
using documents::Block;
using documents::Document;

namespace {

using Parts = std::vector<std::string>;

Document read(std::string text) {
  std::vector<std::string> warnings;
  Document document = documents::read_markdown(std::move(text), "x.md", warnings);
  CHECK(warnings.empty());
  return document;
}

/// "2# Title" for a heading of level 1 in line 2, "3 text" for a paragraph in line 3.
Parts told(const Document& document) {
  Parts parts;
  for (const Block& block : document.blocks) {
    parts.push_back(std::to_string(block.location) + std::string(block.level, '#') + " " +
                    document.text.substr(block.begin, block.end - block.begin));
  }
  return parts;
}

Parts parts(std::string text) { return told(read(std::move(text))); }

}  // namespace

TEST_CASE("Markdown has headings, but not in code") {
  CHECK(parts("# One #\ntext\n## Two words\n\nmore\n") ==
        Parts{"1# One", "2 text", "3## Two words", "5 more"});
  CHECK(parts("Title\n=====\ntext\n\nLess\n---\nmore\nand more\n---\n") ==
        Parts{"1# Title", "3 text", "5## Less", "7## more\nand more"});
  CHECK(parts("```sh\n# no heading\n\nls\n```\n# Heading\n") ==
        Parts{"2 # no heading\n\nls", "6# Heading"});
  CHECK(parts("~~~~\n```\n# no\n~~~~\n# yes") == Parts{"2 ```\n# no", "5# yes"});
  CHECK(parts("#hash\n\n####### seven\n\n# C#\n") == Parts{"1 #hash", "3 ####### seven", "5# C#"});
  CHECK(parts("#\ntext") == Parts{"1# ", "2 text"});
  CHECK(parts("# A\n\n   ## B\n\n    # code\n\ntail") ==
        Parts{"1# A", "3## B", "5 # code", "7 tail"});
  CHECK(parts("> # In a quote\n> text\n\n- # In a list") ==
        Parts{"1# In a quote", "2 text", "4# In a list"});
}

TEST_CASE("Markdown is read as it is shown") {
  CHECK(parts("a *b* **c** `d` [e](http://x.y 'z') ![f](g.png) ~~h~~ <http://i>") ==
        Parts{"1 a b c d e f h http://i"});
  CHECK(parts("&eacute; &copy &#65; &nope; \\*") == Parts{"1 \u00E9 &copy A &nope; *"});
  CHECK(parts("[a][r]\n\n[r]: http://x \"t\"\n\nb") == Parts{"1 a", "5 b"});
  CHECK(parts("- one\n- two\n\n  three\n1. four") == Parts{"1 one", "2 two", "4 three", "5 four"});
  CHECK(parts("- [x] done\n- [ ] open") == Parts{"1 done", "2 open"});
  CHECK(parts("|a|b|\n|---|---|\n|c *d*|e|\n") == Parts{"1 a b", "3 c d e"});
  CHECK(parts("one\ntwo  \nthree") == Parts{"1 one\ntwo\nthree"});
}

TEST_CASE("HTML in Markdown is read as HTML") {
  CHECK(parts("# Real\n\n<!--\n# hidden\n-->\n\nTail.") == Parts{"1# Real", "7 Tail."});
  CHECK(parts("a <!-- no --> b<br>c <b>d</b>") == Parts{"1 a  b c d"});
  CHECK(parts("x\n\n<h1 align=\"center\">\n  Name\n</h1>\n<p>one\n<p>two") ==
        Parts{"1 x", "4# Name", "6 one", "7 two"});
  CHECK(parts("<div>\n\n*inside*\n\n</div>") == Parts{"3 inside"});
  CHECK(parts("<script>\nlet a = 1;\n\nb\n</script>\n\nend") == Parts{"7 end"});
}

TEST_CASE(
    "a paragraph behind HTML does not begin above it, though md4c does not tell where a NUL is") {
  using std::string_literals::operator""s;
  CHECK(parts("<p>x\na<p>b\n\n\0c"s) == Parts{"1 x a", "2 b", "2 \uFFFDc"});
}

TEST_CASE("a NUL in HTML is part of it") {
  using std::string_literals::operator""s;
  CHECK(parts("<p>a\nb\0c</p>\n\nd"s) == Parts{"1 a b\uFFFDc", "4 d"});
}

TEST_CASE("front matter is no text, and its title is the title") {
  Document document = read("---\ntitle: Sourdough starter\ntags: [a, b]\n---\n\nFeed it.\n# B\nx");
  CHECK(document.title == "Sourdough starter");
  CHECK(told(document) == Parts{"6 Feed it.", "7# B", "8 x"});
  CHECK(read("---\ntitle: >-\n  Two\n  lines\n---\nx").title == "Two lines");
  CHECK(read("---\r\n'title': \"A: \\u00E9\"\r\n...\r\nx").title == "A: \u00E9");
  CHECK(read("---\ntitle: {a: b}\n---\nx").title.empty());
  document = read("+++\ntitle = \"T \\\"q\\\"\"\n[x]\ntitle = 'no'\n+++\ntext\n");
  CHECK(document.title == "T \"q\"");
  CHECK(told(document) == Parts{"6 text"});
}

TEST_CASE("rules are no front matter") {
  CHECK(parts("---\n\nJust a paragraph.\n\n---\nmore") == Parts{"3 Just a paragraph.", "6 more"});
  CHECK(parts("---\ntitle: x\n") == Parts{"2 title: x"});
  CHECK(parts("text\n\n---\ntitle: x\n---\n") == Parts{"1 text", "4## title: x"});
  CHECK(parts("+++\nno end") == Parts{"1 +++\nno end"});
}

TEST_CASE("long front matter costs time in proportion to its length") {
  for (const char* value : {"[", "\"", "|", ""}) {
    std::string text = "---\na: " + std::string(value) + "\n";
    for (int i = 0; i < 500'000; ++i) text += *value == '|' || *value == 0 ? " - b\n" : "b\n";
    CHECK(parts(text + "---\nx") == Parts{"500004 x"});
  }
}

TEST_CASE("links that are a trap are read as plain text, and that is said") {
  std::string text = "[a]: x" + std::string(200'000, 'b') + "\n\n";
  for (int i = 0; i < 100'000; ++i) text += "[a]\n\n";
  std::vector<std::string> warnings;
  const Document document = documents::read_markdown(text, "x.md", warnings);
  CHECK(document.text == text);
  REQUIRE(warnings.size() == 1);
  CHECK(warnings[0].starts_with("x.md: read as plain text"));
}
