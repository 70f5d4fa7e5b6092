#include "distill/teacher.h"

#include "core/mapped_file.h"
#include "tokenize/files/tokenizer_files.h"

namespace m2v::distillation {
namespace {

constexpr std::string_view kStage = "tokenizer";

/// A special token's text: a string, or an object with its `content`.
std::optional<std::string> token_text(const core::JsonAt& settings, std::string_view key) {
  const auto token = settings.get(key);
  if (!token) return std::nullopt;
  return token->value().is_object() ? token->at("content").string() : token->string();
}

core::Json* find_bert_normalizer(core::Json* normalizer) {
  if (normalizer == nullptr || !normalizer->is_object()) return nullptr;
  const core::Json* type = normalizer->find("type");
  if (type == nullptr || !type->is_string()) return nullptr;
  if (type->string() == "BertNormalizer") return normalizer;
  core::Json* parts = normalizer->find("normalizers");
  if (type->string() != "Sequence" || parts == nullptr || !parts->is_array()) return nullptr;
  for (core::Json& part : parts->array()) {
    if (core::Json* found = find_bert_normalizer(&part)) return found;
  }
  return nullptr;
}

void override_setting(core::Json& normalizer, std::string_view field, const core::JsonAt& settings,
                      std::string_view key, const core::Events& events) {
  const core::Json* wanted = settings.value().find(key);
  if (wanted == nullptr) return;
  // null is a value of strip_accents alone: it means "as lowercase says".
  if (wanted->is_null() && key != "strip_accents") return;
  if (!wanted->is_null() && !wanted->is_bool()) settings.at(key).fail("must be true or false");
  const core::Json* present = normalizer.find(field);
  const std::string before = present == nullptr ? "null" : present->dump();
  if (before == wanted->dump()) return;
  events.warn(kStage, settings.file() + ": " + std::string(key) + " is " + wanted->dump() +
                          ", where tokenizer.json says " + before + "; taking the former");
  normalizer.set(field, *wanted);
}

std::optional<core::Json> read_if_there(const std::filesystem::path& path) {
  if (!std::filesystem::exists(path)) return std::nullopt;
  return core::read_json(path.string());
}

store::CardData read_model_card(const std::filesystem::path& folder, const core::Events& events) {
  const std::filesystem::path path = folder / "README.md";
  if (!std::filesystem::is_regular_file(path)) return {};
  std::vector<std::string> warnings;
  auto card = store::read_card(core::read_characters(path).view(), path.string(), warnings);
  for (std::string& warning : warnings) events.warn("model card", std::move(warning));
  return card;
}

}  // namespace

void apply_normalizer_settings(core::Json& tokenizer, const core::JsonAt& settings,
                               const core::Events& events) {
  core::Json* normalizer = find_bert_normalizer(tokenizer.find("normalizer"));
  if (normalizer == nullptr) return;
  override_setting(*normalizer, "lowercase", settings, "do_lower_case", events);
  override_setting(*normalizer, "strip_accents", settings, "strip_accents", events);
  override_setting(*normalizer, "handle_chinese_chars", settings, "tokenize_chinese_chars", events);
}

Teacher read_teacher(const std::filesystem::path& folder, const std::filesystem::path& transformer,
                     const core::Events& events) {
  Teacher teacher;
  auto tokenizer = tokenize::read_tokenizer(transformer);
  teacher.tokenizer_path = std::move(tokenizer.file);
  teacher.tokenizer = std::move(tokenizer.json);
  teacher.card = read_model_card(folder, events);
  const std::string settings_path = (transformer / "tokenizer_config.json").string();
  if (const auto json = read_if_there(settings_path)) {
    const core::JsonAt settings(*json, settings_path);
    apply_normalizer_settings(teacher.tokenizer, settings, events);
    teacher.unknown = token_text(settings, "unk_token");
    teacher.padding = token_text(settings, "pad_token");
  }
  const std::string tokens_path = (transformer / "special_tokens_map.json").string();
  if (const auto json = read_if_there(tokens_path)) {
    const core::JsonAt tokens(*json, tokens_path);
    if (auto text = token_text(tokens, "unk_token")) teacher.unknown = std::move(text);
    if (auto text = token_text(tokens, "pad_token")) teacher.padding = std::move(text);
  }
  return teacher;
}

}  // namespace m2v::distillation
