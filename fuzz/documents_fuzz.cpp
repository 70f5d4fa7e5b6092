// Reads arbitrary bytes as a document of each kind. Its blocks must lie within its text, in order,
// and its passages, in order, must cover the blocks.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/ascii_space.h"
#include "documents/passages.h"
#include "documents/readers.h"
#include "formats/front_matter.h"
#include "m2v/error.h"
#include "model/model_card.h"
#include "retrieval/words.h"
#include "text/charset.h"
#include "text/unicode.h"

namespace {

using m2v::documents::Document;

void expect(bool holds) {
  if (!holds) __builtin_trap();
}

std::size_t count_words(std::string_view text) {
  static const m2v::LexicalOptions options;
  static m2v::retrieval::WordReader words(options);
  std::size_t count = 0;
  for (words.start(text); words.next();) ++count;
  return count;
}

void check(const Document& document, std::size_t tokens) {
  std::size_t end = 0, location = 1;
  for (const m2v::documents::Block& block : document.blocks) {
    expect(end <= block.begin && block.begin <= block.end && block.end <= document.text.size());
    expect(block.location >= location && block.level <= 6);
    end = block.end;
    location = block.location;
  }
  // Every byte of a block, except whitespace, must be in a passage.
  std::vector<bool> covered(document.text.size(), false);
  for (const auto& stretch : m2v::documents::divide(document, 64)) {
    const auto cut =
        m2v::documents::cut_into_passages(document, stretch, {tokens, tokens / 3}, count_words);
    std::size_t begin = 0;
    for (const m2v::documents::Piece& piece : cut.pieces) {
      expect(begin <= piece.begin && piece.begin < piece.end);
      expect(piece.end <= document.text.size() && piece.title < cut.titles.size());
      begin = piece.begin;
      for (std::size_t i = piece.begin; i < piece.end; ++i) covered[i] = true;
    }
  }
  for (const m2v::documents::Block& block : document.blocks) {
    for (std::size_t i = block.begin; i < block.end; ++i) {
      expect(covered[i] || m2v::base::is_ascii_space(document.text[i]));
    }
  }
}

/// A page in any encoding must be converted to UTF-8, or throw an Error.
void check_charsets(const std::string& bytes) {
  std::vector<std::string> warnings;
  try {
    expect(m2v::text::is_well_formed(m2v::text::html_to_utf8(bytes, "x", warnings)));
  } catch (const m2v::Error&) {
  }
}

/// Writing a model card and reading it again must not lose anything.
void check_card(const std::string& bytes) {
  std::vector<std::string> warnings;
  const m2v::model::CardData card = m2v::model::read_card(bytes, "x", warnings);
  const std::string written = m2v::model::write_card(card, "m", {});
  const m2v::model::CardData again = m2v::model::read_card(written, "x", warnings);
  expect(again.license == card.license && again.other_lines == card.other_lines);
  expect(again.base_model == card.base_model && again.languages == card.languages);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  const std::size_t tokens = 8 + size % 8;
  std::vector<std::string> warnings;
  check(m2v::documents::read_text(bytes), tokens);
  check(m2v::documents::read_code(bytes), tokens);
  check(m2v::documents::read_markdown(bytes, "x", warnings), tokens);
  check(m2v::documents::read_html(bytes), tokens);
  check_charsets(bytes);
  check_card(bytes);
  try {  // each of the three may throw for binary data
    check(m2v::documents::read_table(bytes, ',', "x"), tokens);
    check(m2v::documents::read_table(bytes, '\t', "x"), tokens);
    check(m2v::documents::read_json_lines(bytes, "x"), tokens);
  } catch (const m2v::FormatError&) {
  }
  return 0;
}
