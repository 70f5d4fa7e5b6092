#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/json.h"
#include "tokenize/files/family.h"
#include "tokenize/files/settings.h"
#include "tokenize/vocabulary.h"

namespace m2v::tokenize {

/// What a tokenizer.json is put together from.
struct Assembly {
  const Family* family = nullptr;
  core::Json normalizer, pre_tokenizer, model;
  Vocabulary vocabulary;            ///< The model's.
  std::uint32_t first_free_id = 0;  ///< The number of its tokens, those that it has twice too.
  std::vector<AddedToken> added;    ///< Beside those of the settings and the family.
  std::vector<std::string> additional_tokens;  ///< Special ones that the settings may replace.
  std::string_view first_role, last_role;      ///< As in Family.
};

/// The special token of a role, by the settings or the family.
std::optional<AddedToken> token_of(std::string_view role, const Family& family,
                                   const Settings& settings);

/// The whole tokenizer.json: the parts, the added tokens in the order in which `transformers` adds
/// them, and a template with the special tokens around one text.
core::Json assemble(Assembly parts, const Settings& settings);

}  // namespace m2v::tokenize
