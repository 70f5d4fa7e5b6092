#include "tokenize/models/wordpiece.h"

#include <algorithm>

#include "m2v/error.h"
#include "tokenize/models/vocabulary_json.h"

namespace m2v::tokenize {
namespace {

bool starts_character(char byte) { return (static_cast<unsigned char>(byte) & 0xC0) != 0x80; }

}  // namespace

WordPiece WordPiece::parse(const core::JsonAt& json) {
  WordPiece model;
  model.file_ = json.file();
  model.vocabulary_ = Vocabulary(parse_vocabulary(json.at("vocab")));
  model.unknown_token_ = json.at("unk_token").string();
  model.unknown_id_ = model.vocabulary_.find(model.unknown_token_);
  model.max_characters_ = json.at("max_input_chars_per_word").natural();
  const std::string& prefix = json.at("continuing_subword_prefix").string();
  model.continuing_ = model.vocabulary_.trie().walk(Trie::kRoot, prefix);
  return model;
}

void WordPiece::tokenize(std::string_view word, std::vector<std::uint32_t>& ids) const {
  const std::size_t before = ids.size();
  const auto characters =
      static_cast<std::size_t>(std::count_if(word.begin(), word.end(), starts_character));
  if (characters <= max_characters_ && append_pieces(word, ids)) return;
  ids.resize(before);
  if (!unknown_id_) {
    throw FormatError(file_, "$.model.unk_token",
                      "\"" + unknown_token_ + "\" is not in the vocabulary, but a text needs it");
  }
  ids.push_back(*unknown_id_);
}

bool WordPiece::append_pieces(std::string_view word, std::vector<std::uint32_t>& ids) const {
  // Tokens are whole characters, and so is the word: a match always ends where a character ends.
  std::uint32_t start = Trie::kRoot;
  while (!word.empty()) {
    if (start == Trie::kNone) return false;
    const Trie::Match match = vocabulary_.trie().longest_match(start, word);
    if (match.length == 0) return false;
    ids.push_back(match.value);
    word.remove_prefix(match.length);
    start = continuing_;
  }
  return true;
}

}  // namespace m2v::tokenize
