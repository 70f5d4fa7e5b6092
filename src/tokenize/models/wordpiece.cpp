#include "tokenize/models/wordpiece.h"

#include "tokenize/models/vocabulary_json.h"
#include "unicode/unicode.h"

namespace m2v::tokenize {

WordPiece WordPiece::parse(const core::JsonAt& json) {
  WordPiece model;
  model.vocabulary_ = Vocabulary(parse_vocabulary(json.at("vocab")));
  model.unknown_ = UnknownToken(json.at("unk_token"), model.vocabulary_);
  model.max_characters_ = json.at("max_input_chars_per_word").natural();
  const std::string& prefix = json.at("continuing_subword_prefix").string();
  model.continuing_ = model.vocabulary_.trie().walk(Trie::kRoot, prefix);
  return model;
}

void WordPiece::tokenize(std::string_view word, std::vector<Piece>& pieces) const {
  const std::size_t before = pieces.size();
  if (unicode::count_characters(word) <= max_characters_ && append_pieces(word, pieces)) return;
  pieces.resize(before);
  pieces.push_back({unknown_.id_for_text(), 0, word.size()});
}

bool WordPiece::append_pieces(std::string_view word, std::vector<Piece>& pieces) const {
  // Tokens are whole characters, and so is the word: a match always ends where a character ends.
  std::uint32_t node = Trie::kRoot;
  for (std::size_t begin = 0; begin < word.size();) {
    if (node == Trie::kNone) return false;
    const Trie::Match match = vocabulary_.trie().longest_match(node, word.substr(begin));
    if (match.length == 0) return false;
    pieces.push_back({match.value, begin, begin + match.length});
    begin += match.length;
    node = continuing_;
  }
  return true;
}

}  // namespace m2v::tokenize
