#include "tokenizer/models/model.h"

#include <string>

namespace m2v::tokenizer {
namespace {

/// Returns the type of the model. The oldest files do not state it, but the types differ in their
/// members.
std::string type_of(const base::JsonAt& json) {
  if (const auto type = json.find("type")) return type->string();
  const auto has = [&](std::string_view key) { return json.get(key).has_value(); };
  if (json.at("vocab").value().is_array()) return std::string(Unigram::kType);
  if (has("merges")) return std::string(Bpe::kType);
  const bool in_parts = has("continuing_subword_prefix") && has("max_input_chars_per_word");
  return std::string(in_parts ? WordPiece::kType : WordLevel::kType);
}

}  // namespace

Model parse_model(const base::JsonAt& json, const formats::Sections* compiled) {
  const std::string type = type_of(json);
  if (type == Bpe::kType) return Bpe::parse(json, compiled);
  if (type == WordPiece::kType) return WordPiece::parse(json, compiled);
  if (type == WordLevel::kType) return WordLevel::parse(json, compiled);
  if (type == Unigram::kType) return Unigram::parse(json, compiled);
  json.at("type").fail("tokenizer model \"" + type +
                       "\" is not known; BPE, WordPiece, WordLevel and Unigram are");
}

void save_model(const Model& model, base::Json& json, formats::Sections& sections) {
  std::visit([&](const auto& kind) { kind.save(sections); }, model);
  json.set("type", type_name(model));  // the remaining members may not identify the type
  if (std::holds_alternative<Unigram>(model)) {
    json.set(Unigram::kUnknownToken, unknown_of(model).token());
  }
  json.erase("vocab");
  json.erase("merges");
}

void tokenize(const Model& model, std::string_view word, std::vector<Piece>& pieces,
              ModelScratch& scratch) {
  if (const auto* bpe = std::get_if<Bpe>(&model)) return bpe->tokenize(word, pieces, scratch.bpe);
  if (const auto* unigram = std::get_if<Unigram>(&model)) {
    return unigram->tokenize(word, pieces, scratch.unigram);
  }
  if (const auto* wordpiece = std::get_if<WordPiece>(&model)) {
    return wordpiece->tokenize(word, pieces);
  }
  std::get<WordLevel>(model).tokenize(word, pieces);
}

const Vocabulary& vocabulary_of(const Model& model) {
  return std::visit([](const auto& kind) -> const Vocabulary& { return kind.vocabulary(); }, model);
}

std::uint32_t first_free_id(const Model& model) {
  const auto* unigram = std::get_if<Unigram>(&model);
  return static_cast<std::uint32_t>(unigram ? unigram->size() : vocabulary_of(model).size());
}

const UnknownToken& unknown_of(const Model& model) {
  return std::visit([](const auto& kind) -> const UnknownToken& { return kind.unknown(); }, model);
}

std::string_view type_name(const Model& model) {
  return std::visit([](const auto& kind) -> std::string_view { return kind.kType; }, model);
}

}  // namespace m2v::tokenizer
