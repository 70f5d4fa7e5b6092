#include "tokenizer/models/wordpiece.h"

#include "text/unicode.h"
#include "tokenizer/models/vocabulary_json.h"

namespace m2v::tokenizer {

WordPiece WordPiece::parse(const base::JsonAt& json, const formats::Sections* compiled) {
  WordPiece model;
  model.vocabulary_ = read_vocabulary(json, compiled);
  model.unknown_ = UnknownToken(json.at("unk_token"), model.vocabulary_);
  model.max_characters_ = json.at("max_input_chars_per_word").natural();
  const std::string& prefix = json.at("continuing_subword_prefix").string();
  model.continuing_ = model.vocabulary_.trie().walk(Trie::kRoot, prefix);
  return model;
}

bool WordPiece::fits(std::string_view word) const noexcept {
  return word.size() <= max_characters_ || text::count_characters(word) <= max_characters_;
}

/// Calls append(id, begin, end) for each piece. Returns false once no token matches the rest.
template <typename Append>
bool WordPiece::cut(std::string_view word, Append append) const {
  // Both tokens and words consist of whole characters, so a match always ends between characters.
  std::uint32_t node = Trie::kRoot;
  for (std::size_t begin = 0; begin < word.size();) {
    if (node == Trie::kNone) return false;
    const Trie::Match match = vocabulary_.trie().longest_match(node, word.substr(begin));
    if (match.length == 0) return false;
    append(match.value, begin, begin + match.length);
    begin += match.length;
    node = continuing_;
  }
  return true;
}

void WordPiece::tokenize(std::string_view word, std::vector<Piece>& pieces) const {
  const std::size_t before = pieces.size();
  const auto append = [&](std::uint32_t id, std::size_t begin, std::size_t end) {
    pieces.push_back({id, begin, end});
  };
  if (fits(word) && cut(word, append)) return;
  pieces.resize(before);
  pieces.push_back({unknown_.id_for_text(), 0, word.size()});
}

std::uint32_t* WordPiece::append_ids(std::string_view word, std::uint32_t* out) const {
  std::uint32_t* end = out;
  const auto append = [&](std::uint32_t id, std::size_t, std::size_t) { *end++ = id; };
  if (fits(word) && cut(word, append)) return end;
  *out = unknown_.id_for_text();
  return out + 1;
}

}  // namespace m2v::tokenizer
