#include "documents/readers.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "m2v/error.h"
#include "support/temp_folder.h"

using namespace m2v;
using documents::Block;
using documents::Document;
using documents::Kind;

namespace {

/// "2# Title" for a heading of level 1 in line 2, "3 text" for a paragraph in line 3, with a * for
/// the first part of a record.
std::vector<std::string> told(const Document& document) {
  std::vector<std::string> parts;
  for (const Block& block : document.blocks) {
    parts.push_back(std::to_string(block.location) + std::string(block.level, '#') +
                    (block.starts_record ? "*" : "") + " " +
                    document.text.substr(block.begin, block.end - block.begin));
  }
  return parts;
}

using Parts = std::vector<std::string>;

Document read_table(std::string_view bytes, char separator) {
  Document document = documents::read_table(bytes, separator, "table");
  CHECK(document.rows_left_out == 0);
  return document;
}

Parts html(std::string_view page) { return told(documents::read_html(page)); }

}  // namespace

TEST_CASE("text is paragraphs between empty lines") {
  CHECK(told(documents::read_text("\n\none\ntwo\n \t\n\nthree")) == Parts{"3 one\ntwo", "7 three"});
  CHECK(told(documents::read_text("one\r\n\r\ntwo\r\n")) == Parts{"1 one", "3 two"});
  CHECK(documents::read_text("").blocks.empty());
  CHECK(documents::read_text(" \n\n").blocks.empty());
  CHECK(documents::read_code("a\n\nb").cut_at_lines);
}

TEST_CASE("HTML is stripped, block by block") {
  CHECK(html("<p>One <b>bold</b>\n word<p>Two") == Parts{"1 One bold word", "2 Two"});
  CHECK(html("<h2 class='a>b'>Head</h2>text<br>more") == Parts{"1## Head", "1 text more"});
  CHECK(html("a<script>if (a<b) x('</p>');</script>b<style>p{}</style>c<!-- <p> -->d") ==
        Parts{"1 abcd"});
  CHECK(html("<ul>\n<li>one\n<li>two</ul>") == Parts{"2 one", "3 two"});
  CHECK(html("<td>a</td><td>b</td>") == Parts{"1 a b"});
  CHECK(html("<pre>  a\n  b</pre>c  d") == Parts{"1 a\n  b", "2 c d"});
  CHECK(html("1 < 2 & 3 > 2 <3") == Parts{"1 1 < 2 & 3 > 2 <3"});
  CHECK(html("<DIV>A</DIV><Script>x</SCRIPT>B") == Parts{"1 A", "1 B"});
}

TEST_CASE("entities are decoded") {
  CHECK(html("caf&eacute; &amp; &lt;b&gt; &#65;&#x42; &euro;&nbsp;5 &apos;") ==
        Parts{"1 caf\u00E9 & <b> AB \u20AC 5 '"});
  CHECK(html("&unknown; &; &#; &amp &#xD800; &#99999999999; &#0; &#150;") ==
        Parts{"1 &unknown; &; &#; & \uFFFD \uFFFD \uFFFD \u2013"});
}

TEST_CASE("a page's title is its document's") {
  const Document document =
      documents::read_html("<html><head><title>\n A &amp;  B </title></head><body>x</body>");
  CHECK(document.title == "A & B");
  CHECK(told(document) == Parts{"2 x"});
  CHECK(documents::read_html("<title>one</title>x<svg><title>no</title></svg>").title == "one");
}

TEST_CASE("broken pages come to an end") {
  CHECK(html("a<p").size() == 1);
  CHECK(html("a<p title=\"never closed>b").size() == 1);
  CHECK(html("a <script>never closed<svg>b<svg/>c") == Parts{"1 a"});
  CHECK(html("a<!-- never closed").size() == 1);
  CHECK(html("<title>never closed <p>b").empty());
  CHECK(html("a</").size() == 1);
  CHECK(html("<").size() == 1);
  CHECK(html("").empty());
  std::string many;
  for (int i = 0; i < 100'000; ++i) many += "<title><svg><script><p title=\"</script><!--";
  html(many);  // in less than a lifetime
}

TEST_CASE("JSONL: a document a line") {
  const Document document = documents::read_json_lines(
      "{\"text\": \"one\\n\\ntwo\", \"title\": \"T\"}\n\n{\"text\": \"three\", \"x\": [1]}\n",
      "x.jsonl");
  CHECK(told(document) == Parts{"1#* T", "1 one", "1 two", "3* three"});
  CHECK(document.rows_left_out == 0);
}

TEST_CASE("JSONL: a wrong line is left out, and named") {
  const Document document = documents::read_json_lines(
      "{\"text\": \"a\"}\n{\"text\": 5}\nnothing\n{}\n{\"text\": \"b\"}", "x.jsonl");
  CHECK(told(document) == Parts{"1* a", "5* b"});
  CHECK(document.rows_left_out == 3);
  REQUIRE(document.rows_named.size() == 3);
  CHECK(document.rows_named[0].starts_with("x.jsonl: line 2: "));
  CHECK(document.rows_named[2].starts_with("x.jsonl: line 4: "));
  std::string many;
  for (int i = 0; i < 13; ++i) many += "wrong\n";
  const Document none = documents::read_json_lines(many, "x.jsonl");
  CHECK(none.blocks.empty());
  CHECK(none.rows_left_out == 13);
  CHECK(none.rows_named.size() == 10);
}

TEST_CASE("JSONL: what is ill-formed, or not read, loses no line") {
  const Document document = documents::read_json_lines(
      "{\"text\":\"ch\xE2teau\"}\n{\"text\":\"cut \\ud83d here\"}\n"
      "{\"text\":\"x\",\"n\":NaN}\n\n",
      "x.jsonl");
  CHECK(told(document) == Parts{"1* ch\uFFFDteau", "2* cut \uFFFD here", "3* x"});
  CHECK(document.rows_left_out == 0);
}

TEST_CASE("CSV has quotes as in RFC 4180") {
  const Document document = read_table("a,\"b, \"\"c\"\"\nd\",e\r\nf,,g\r\n\"\",\n", ',');
  CHECK(told(document) == Parts{"1* a, b, \"c\"\nd, e", "3* f, g"});
}

TEST_CASE("the columns text and title are told from the first row") {
  CHECK(told(read_table("title,id,text\nT,1,hello\n,2,world\nX,3,\nshort\n", ',')) ==
        Parts{"2#* T", "2 hello", "3* world", "4#* X", "5#* short"});
  CHECK(told(read_table("text\tnote\nhe said \"no\"\tx\n", '\t')) == Parts{"2* he said \"no\""});
  const Document cut = documents::read_table("a,b\n\"never closed, a\nb", ',', "x.csv");
  CHECK(told(cut) == Parts{"1* a, b"});
  CHECK(cut.rows_named == std::vector<std::string>{"x.csv: line 2: unterminated quoted field, "
                                                   "and the rest of the file"});
  CHECK(read_table("", ',').blocks.empty());
}

TEST_CASE("files: their bytes, their size, their absence") {
  const test::TempFolder folder;
  std::vector<std::string> warnings;
  constexpr std::size_t kMaxFileBytes = 1000;
  folder.write("bom.txt", "\xEF\xBB\xBFtext");
  CHECK(documents::read_document(folder / "bom.txt", Kind::kText, kMaxFileBytes, warnings).text ==
        "text");
  folder.write("binary.txt", std::string("a\0\1\2\3\4b", 7));
  CHECK_THROWS_WITH_AS(
      documents::read_document(folder / "binary.txt", Kind::kText, kMaxFileBytes, warnings),
      ((folder / "binary.txt").string() + ": is not text but binary").c_str(), Error);
  folder.write("large.txt", std::string(kMaxFileBytes + 1, 'x'));
  CHECK_THROWS_AS(
      documents::read_document(folder / "large.txt", Kind::kText, kMaxFileBytes, warnings), Error);
  CHECK_THROWS_AS(
      documents::read_document(folder / "none.txt", Kind::kText, kMaxFileBytes, warnings), IoError);
  CHECK(warnings.empty());
}
