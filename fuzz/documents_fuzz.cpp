// Any bytes as a document of each kind: its blocks lie in its text in order, and its passages, in
// order, have all that is in the blocks.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "corpus/lines.h"
#include "corpus/passages.h"
#include "corpus/readers.h"
#include "corpus/words.h"
#include "m2v/error.h"
#include "store/front_matter.h"
#include "store/model_card.h"
#include "text/charset.h"
#include "unicode/unicode.h"

namespace {

using m2v::corpus::Document;

void expect(bool holds) {
  if (!holds) __builtin_trap();
}

std::size_t count_words(std::string_view text) {
  static const m2v::LexicalOptions options;
  static m2v::corpus::WordReader words(options);
  std::size_t count = 0;
  for (words.start(text); words.next();) ++count;
  return count;
}

void check(const Document& document, std::size_t tokens) {
  std::size_t end = 0, place = 1;
  for (const m2v::corpus::Block& block : document.blocks) {
    expect(end <= block.begin && block.begin <= block.end && block.end <= document.text.size());
    expect(block.place >= place && block.level <= 6);
    end = block.end;
    place = block.place;
  }
  // Every byte of a block that is no blank is in a passage.
  std::vector<bool> covered(document.text.size(), false);
  for (const auto& stretch : m2v::corpus::divide(document, 64)) {
    const auto cut =
        m2v::corpus::cut_into_passages(document, stretch, {tokens, tokens / 3}, count_words);
    std::size_t begin = 0;
    for (const m2v::corpus::Piece& piece : cut.pieces) {
      expect(begin <= piece.begin && piece.begin < piece.end);
      expect(piece.end <= document.text.size() && piece.title < cut.titles.size());
      begin = piece.begin;
      for (std::size_t i = piece.begin; i < piece.end; ++i) covered[i] = true;
    }
  }
  for (const m2v::corpus::Block& block : document.blocks) {
    for (std::size_t i = block.begin; i < block.end; ++i) {
      expect(covered[i] || m2v::corpus::is_blank(document.text[i]));
    }
  }
}

/// A page in any encoding is UTF-8 afterwards, or refused.
void check_charsets(const std::string& bytes) {
  std::vector<std::string> warnings;
  try {
    expect(m2v::unicode::is_well_formed(m2v::text::html_to_utf8(bytes, "x", warnings)));
  } catch (const m2v::Error&) {
  }
}

/// A card keeps all that it says when it is written and read again.
void check_card(const std::string& bytes) {
  std::vector<std::string> warnings;
  const m2v::store::CardData card = m2v::store::read_card(bytes, "x", warnings);
  const std::string written = m2v::store::write_card(card, "m", {});
  const m2v::store::CardData again = m2v::store::read_card(written, "x", warnings);
  expect(again.license == card.license && again.other_lines == card.other_lines);
  expect(again.base_model == card.base_model && again.languages == card.languages);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  const std::size_t tokens = 8 + size % 8;
  std::vector<std::string> warnings;
  check(m2v::corpus::read_text(bytes), tokens);
  check(m2v::corpus::read_code(bytes), tokens);
  check(m2v::corpus::read_markdown(bytes, "x", warnings), tokens);
  check(m2v::corpus::read_html(bytes), tokens);
  check_charsets(bytes);
  check_card(bytes);
  try {  // any of the three may be refused as binary
    check(m2v::corpus::read_table(bytes, ',', "x"), tokens);
    check(m2v::corpus::read_table(bytes, '\t', "x"), tokens);
    check(m2v::corpus::read_json_lines(bytes, "x"), tokens);
  } catch (const m2v::FormatError&) {
  }
  return 0;
}
