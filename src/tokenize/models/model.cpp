#include "tokenize/models/model.h"

namespace m2v::tokenize {

Model parse_model(const core::JsonAt& json) {
  const core::JsonAt type = json.at("type");
  if (type.string() == WordPiece::kType) return WordPiece::parse(json);
  type.fail("tokenizer model \"" + type.string() + "\" is not supported; WordPiece is");
}

const Vocabulary& vocabulary_of(const Model& model) {
  return std::visit([](const auto& kind) -> const Vocabulary& { return kind.vocabulary(); }, model);
}

const std::string& unknown_token_of(const Model& model) {
  return std::visit([](const auto& kind) -> const std::string& { return kind.unknown_token(); },
                    model);
}

std::string_view type_name(const Model& model) {
  return std::visit([](const auto& kind) -> std::string_view { return kind.kType; }, model);
}

}  // namespace m2v::tokenize
