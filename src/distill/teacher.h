#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/events.h"
#include "core/json.h"
#include "store/model_card.h"

namespace m2v::distillation {

/// What a teacher's folder says beside its weights.
struct Teacher {
  core::Json tokenizer;  ///< tokenizer.json, corrected by tokenizer_config.json.
  std::string tokenizer_path;
  std::optional<std::string> unknown, padding;  ///< As the settings name them, if they do.
  store::CardData card;                         ///< What its model card says.
};

/// Reads tokenizer.json or the plain vocabulary in its place, and tokenizer_config.json and
/// special_tokens_map.json where they are, from the transformer's folder, and README.md from the
/// teacher's. Throws IoError or FormatError.
Teacher read_teacher(const std::filesystem::path& folder, const std::filesystem::path& transformer,
                     const core::Events& events);

/// Applies do_lower_case, strip_accents and tokenize_chinese_chars of tokenizer_config.json to the
/// BertNormalizer of a tokenizer, with a warning for each that contradicts it.
void apply_normalizer_settings(core::Json& tokenizer, const core::JsonAt& settings,
                               const core::Events& events);

}  // namespace m2v::distillation
