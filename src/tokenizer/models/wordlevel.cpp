#include "tokenizer/models/wordlevel.h"

#include "tokenizer/models/vocabulary_json.h"

namespace m2v::tokenizer {

WordLevel WordLevel::parse(const base::JsonAt& json, const formats::Sections* compiled) {
  WordLevel model;
  model.vocabulary_ = read_vocabulary(json, compiled);
  model.unknown_ = UnknownToken(json.at("unk_token"), model.vocabulary_);
  return model;
}

void WordLevel::tokenize(std::string_view word, std::vector<Piece>& pieces) const {
  const auto id = vocabulary_.find(word);
  pieces.push_back({id ? *id : unknown_.id_for_text(), 0, word.size()});
}

}  // namespace m2v::tokenizer
