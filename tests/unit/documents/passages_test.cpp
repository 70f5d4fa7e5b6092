#include "documents/passages.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "documents/readers.h"
#include "documents/sentences.h"

using namespace m2v;
using documents::Document;
using documents::Pieces;

namespace {

Document markdown(std::string text) {
  std::vector<std::string> warnings;
  return documents::read_markdown(std::move(text), "x.md", warnings);
}

/// Words between blanks.
std::size_t count_words(std::string_view text) {
  std::size_t count = 0;
  bool inside = false;
  for (const char c : text) {
    const bool blank = c == ' ' || c == '\n';
    if (!blank && !inside) ++count;
    inside = !blank;
  }
  return count;
}

std::vector<Pieces> cut(const Document& document, std::size_t tokens, std::size_t overlap = 0,
                        std::size_t stretch = 1u << 20) {
  std::vector<Pieces> pieces;
  for (const documents::Stretch& part : documents::divide(document, stretch)) {
    pieces.push_back(documents::cut_into_passages(document, part, {tokens, overlap}, count_words));
  }
  return pieces;
}

/// "line [title] text" for each passage.
std::vector<std::string> told(const Document& document, std::size_t tokens,
                              std::size_t overlap = 0) {
  std::vector<std::string> result;
  for (const Pieces& pieces : cut(document, tokens, overlap)) {
    for (const documents::Piece& piece : pieces.pieces) {
      result.push_back(std::to_string(piece.location) + " [" + pieces.titles[piece.title] + "] " +
                       document.text.substr(piece.begin, piece.end - piece.begin));
    }
  }
  return result;
}

using Passages = std::vector<std::string>;

std::vector<std::string> sentences(std::string_view text, bool at_lines = false,
                                   std::size_t max_bytes = 1000) {
  std::vector<std::string> result;
  for (const documents::Span& span : documents::cut_into_sentences(text, at_lines, max_bytes)) {
    result.emplace_back(text.substr(span.begin, span.end - span.begin));
  }
  return result;
}

/// The line in which a word stands, between blanks.
std::size_t line_of_word(std::string_view text, std::string_view word) {
  std::istringstream lines{std::string(text)};
  std::size_t number = 0;
  for (std::string line; std::getline(lines, line);) {
    ++number;
    std::istringstream words(line);
    for (std::string found; words >> found;) {
      if (found == word) return number;
    }
  }
  return 0;
}

}  // namespace

TEST_CASE("sentences") {
  CHECK(sentences(" One. Two!  Three?\nFour 1.5 is m2v.h \"Yes.\" no") ==
        Passages{"One.", "Two!", "Three?", "Four 1.5 is m2v.h \"Yes.\"", "no"});
  CHECK(sentences("a\nb\n\nc\n- d\n  e") == Passages{"a\nb", "c", "- d", "e"});
  CHECK(sentences("\u4ED6\u6765\u4E86\u3002\u8D70\u5427\uFF01") ==
        Passages{"\u4ED6\u6765\u4E86\u3002", "\u8D70\u5427\uFF01"});
  CHECK(sentences("a. b\nc", true) == Passages{"a. b", "c"});
  CHECK(sentences(" \n ").empty());
  CHECK(sentences("one two three four", false, 9) == Passages{"one two", "three", "four"});
  CHECK(sentences("\u00E9\u00E9\u00E9\u00E9\u00E9", false, 5) ==
        Passages{"\u00E9\u00E9", "\u00E9\u00E9", "\u00E9"});
}

TEST_CASE("passages are whole paragraphs, as many as fit") {
  const Document document = documents::read_text("a b c\n\nd e\n\nf g h\n\ni");
  CHECK(told(document, 5) == Passages{"1 [] a b c\n\nd e", "5 [] f g h\n\ni"});
  CHECK(told(document, 100) == Passages{"1 [] a b c\n\nd e\n\nf g h\n\ni"});
  CHECK(told(documents::read_text(""), 5).empty());
}

TEST_CASE("a heading begins a passage, and all above it are the title") {
  const Document document = markdown("x\n# A\na\n## B\nb\n\nbb\n# C\n## D\nd\n# E\n");
  CHECK(told(document, 100) == Passages{"1 [] x", "2 [A] A\n\na", "4 [A \u203A B] B\n\nb\n\nbb",
                                        "8 [C \u203A D] C\n\nD\n\nd", "11 [E] E"});
}

TEST_CASE("records stay apart, and know nothing of the headings before") {
  const Document document = documents::read_json_lines(
      "{\"title\": \"T\", \"text\": \"a\"}\n{\"text\": \"b\"}\n{\"title\": \"U\", \"text\": \"\"}\n"
      "{\"title\": \"V\", \"text\": \"c\"}",
      "x");
  CHECK(told(document, 100) == Passages{"1 [T] T\na", "2 [] b", "3 [U] U", "4 [V] V\nc"});
}

TEST_CASE("the title of a page is above its headings, once") {
  CHECK(told(documents::read_html("<title>P</title><p>x<h1>P</h1>y<h2>Q</h2>z"), 100) ==
        Passages{"1 [P] x", "1 [P] P\n\ny", "1 [P \u203A Q] Q\n\nz"});
}

TEST_CASE("a paragraph that is too long is cut between sentences, which are repeated") {
  const Document document = documents::read_text("a b.\nc d. e f. g h.\ni\n\nj");
  CHECK(told(document, 4) == Passages{"1 [] a b.\nc d.", "2 [] e f. g h.", "3 [] i\n\nj"});
  CHECK(told(document, 4, 2) ==
        Passages{"1 [] a b.\nc d.", "2 [] c d. e f.", "2 [] e f. g h.", "2 [] g h.\ni\n\nj"});
  CHECK(told(document, 4, 1) == told(document, 4));
}

TEST_CASE("a sentence that is too long is cut between words") {
  const Document document = documents::read_text("one two three four five six seven eight nine");
  for (const std::string& passage : told(document, 3)) {
    CAPTURE(passage);
    CHECK(count_words(passage) <= 3 + 2);  // line and title
  }
}

TEST_CASE("code is cut between lines") {
  const Document document = documents::read_code("if (a) {\n  b. c\n}\nd e f\n");
  CHECK(told(document, 5) == Passages{"1 [] if (a) {\n  b. c", "3 [] }\nd e f"});
}

TEST_CASE("every word is in a passage, in order, and no passage is too long") {
  std::mt19937 random(7);
  for (int round = 0; round < 200; ++round) {
    std::string text;
    std::size_t words = 0;
    for (int i = 0; i < 120; ++i) {
      static constexpr const char* kEnds[] = {" ", " ", " ", " ", ". ", ".\n", "\n", "\n\n"};
      text += "w" + std::to_string(words++) + kEnds[random() % 8];
      if (random() % 40 == 0) text += "\n\n## H" + std::to_string(words) + "\n";
    }
    const std::size_t tokens = 8 + random() % 20;
    const std::size_t overlap = random() % 8;
    const Document document = markdown(text);
    std::size_t next = 0;
    // A stretch for every few paragraphs gives the same words.
    for (const Pieces& pieces : cut(document, tokens, overlap, 1 + random() % 200)) {
      for (const documents::Piece& piece : pieces.pieces) {
        const std::string_view passage =
            std::string_view(document.text).substr(piece.begin, piece.end - piece.begin);
        CHECK(count_words(passage) <= tokens);
        CHECK(piece.location ==
              line_of_word(text, passage.substr(0, passage.find_first_of(" \n"))));
        for (std::size_t at = passage.find('w'); at != passage.npos; at = passage.find('w', at + 1))
          next = std::max<std::size_t>(
              next, std::stoul(std::string(passage.substr(at + 1))) == next ? next + 1 : next);
      }
    }
    CHECK(next == words);
  }
}

TEST_CASE("a text without any end is cut in good time") {
  const Document document = documents::read_text(std::string(3'000'000, 'x'));
  const auto pieces = cut(document, 8);
  CHECK(pieces.size() == 1);
  CHECK(pieces[0].pieces.back().end == document.text.size());
}
