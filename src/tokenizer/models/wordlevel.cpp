#include "tokenize/models/wordlevel.h"

#include "tokenize/models/vocabulary_json.h"

namespace m2v::tokenize {

WordLevel WordLevel::parse(const core::JsonAt& json, const core::Sections* compiled) {
  WordLevel model;
  model.vocabulary_ = read_vocabulary(json, compiled);
  model.unknown_ = UnknownToken(json.at("unk_token"), model.vocabulary_);
  return model;
}

void WordLevel::tokenize(std::string_view word, std::vector<Piece>& pieces) const {
  const auto id = vocabulary_.find(word);
  pieces.push_back({id ? *id : unknown_.id_for_text(), 0, word.size()});
}

}  // namespace m2v::tokenize
