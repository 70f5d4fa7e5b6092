#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/events.h"
#include "base/json.h"
#include "model/model_card.h"

namespace m2v::distillation {

/// A teacher's tokenizer and model card: everything in its folder except the weights.
struct Teacher {
  base::Json tokenizer;        ///< tokenizer.json, corrected by tokenizer_config.json.
  std::string tokenizer_path;  ///< The file that it was read from.
  /// The unknown and the padding token, if the settings name them.
  std::optional<std::string> unknown, padding;
  model::CardData card;  ///< The metadata of its model card.
};

/// Reads tokenizer.json, or else a plain vocabulary, and, if they exist, tokenizer_config.json and
/// special_tokens_map.json from the transformer's folder, and README.md from the teacher's folder.
/// Throws IoError or FormatError.
Teacher read_teacher(const std::filesystem::path& folder, const std::filesystem::path& transformer,
                     const base::Events& events);

/// Applies do_lower_case, strip_accents and tokenize_chinese_chars of tokenizer_config.json to the
/// BertNormalizer of a tokenizer, with a warning for each setting that differs. Throws FormatError
/// if a setting is malformed.
void apply_normalizer_settings(base::Json& tokenizer, const base::JsonAt& settings,
                               const base::Events& events);

}  // namespace m2v::distillation
