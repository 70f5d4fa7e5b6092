#include "distill/teacher.h"

#include "base/mapped_file.h"
#include "tokenizer/vocabulary_files/tokenizer_files.h"

namespace m2v::distillation {
namespace {

/// Returns the text of a special token, which is a string or an object with `content`.
std::optional<std::string> token_text(const base::JsonAt& settings, std::string_view key) {
  const auto token = settings.get(key);
  if (!token) return std::nullopt;
  return token->value().is_object() ? token->at("content").string() : token->string();
}

base::Json* find_bert_normalizer(base::Json* normalizer) {
  if (normalizer == nullptr || !normalizer->is_object()) return nullptr;
  const base::Json* type = normalizer->find("type");
  if (type == nullptr || !type->is_string()) return nullptr;
  if (type->string() == "BertNormalizer") return normalizer;
  base::Json* parts = normalizer->find("normalizers");
  if (type->string() != "Sequence" || parts == nullptr || !parts->is_array()) return nullptr;
  for (base::Json& part : parts->array()) {
    if (base::Json* found = find_bert_normalizer(&part)) return found;
  }
  return nullptr;
}

void override_setting(base::Json& normalizer, std::string_view field, const base::JsonAt& settings,
                      std::string_view key, const base::Events& events) {
  const base::Json* wanted = settings.value().find(key);
  if (wanted == nullptr) return;
  // Only strip_accents may be null, which means that it follows lowercase.
  if (wanted->is_null() && key != "strip_accents") return;
  if (!wanted->is_null() && !wanted->is_bool()) settings.at(key).fail("must be true or false");
  const base::Json* present = normalizer.find(field);
  const std::string before = present == nullptr ? "null" : present->dump();
  if (before == wanted->dump()) return;
  events.warn("tokenizer", settings.file() + ": " + std::string(key) + " is " + wanted->dump() +
                               ", where tokenizer.json says " + before + "; taking the former");
  normalizer.set(field, *wanted);
}

std::optional<base::Json> read_if_there(const std::filesystem::path& path) {
  if (!std::filesystem::exists(path)) return std::nullopt;
  return base::read_json(path.string());
}

model::CardData read_model_card(const std::filesystem::path& folder, const base::Events& events) {
  const std::filesystem::path path = folder / "README.md";
  if (!std::filesystem::is_regular_file(path)) return {};
  std::vector<std::string> warnings;
  auto card = model::read_card(base::read_characters(path).view(), path.string(), warnings);
  for (std::string& warning : warnings) events.warn("model card", std::move(warning));
  return card;
}

}  // namespace

void apply_normalizer_settings(base::Json& tokenizer, const base::JsonAt& settings,
                               const base::Events& events) {
  base::Json* normalizer = find_bert_normalizer(tokenizer.find("normalizer"));
  if (normalizer == nullptr) return;
  override_setting(*normalizer, "lowercase", settings, "do_lower_case", events);
  override_setting(*normalizer, "strip_accents", settings, "strip_accents", events);
  override_setting(*normalizer, "handle_chinese_chars", settings, "tokenize_chinese_chars", events);
}

Teacher read_teacher(const std::filesystem::path& folder, const std::filesystem::path& transformer,
                     const base::Events& events) {
  Teacher teacher;
  auto tokenizer = tokenizer::read_tokenizer(transformer);
  teacher.tokenizer_path = std::move(tokenizer.file);
  teacher.tokenizer = std::move(tokenizer.json);
  teacher.card = read_model_card(folder, events);
  const std::string settings_path = (transformer / "tokenizer_config.json").string();
  if (const auto json = read_if_there(settings_path)) {
    const base::JsonAt settings(*json, settings_path);
    apply_normalizer_settings(teacher.tokenizer, settings, events);
    teacher.unknown = token_text(settings, "unk_token");
    teacher.padding = token_text(settings, "pad_token");
  }
  const std::string tokens_path = (transformer / "special_tokens_map.json").string();
  if (const auto json = read_if_there(tokens_path)) {
    const base::JsonAt tokens(*json, tokens_path);
    if (auto text = token_text(tokens, "unk_token")) teacher.unknown = std::move(text);
    if (auto text = token_text(tokens, "pad_token")) teacher.padding = std::move(text);
  }
  return teacher;
}

}  // namespace m2v::distillation
