#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "tokenizer/vocabulary.h"
#include "tokenizer/vocabulary_files/family.h"
#include "tokenizer/vocabulary_files/tokenizer_settings.h"

namespace m2v::tokenizer {

/// The parts from which a tokenizer.json is assembled.
struct Assembly {
  const Family* family = nullptr;               ///< Has static storage duration.
  base::Json normalizer, pre_tokenizer, model;  ///< Null if the tokenizer has none.
  Vocabulary vocabulary;                        ///< The vocabulary of the model.
  std::uint32_t first_free_id = 0;              ///< Id of the first added token that is new.
  std::vector<AddedToken> added;  ///< Added tokens besides those of the settings and the family.
  std::vector<std::string> additional_tokens;  ///< Special tokens, unless the settings list others.
  std::string_view first_role, last_role;      ///< The same as in Family.
};

/// Returns the special token of a role, from the settings or else from the family; nothing if there
/// is none.
std::optional<AddedToken> token_of(std::string_view role, const Family& family,
                                   const Settings& settings);

/// Returns the whole tokenizer.json: the parts, the added tokens in the order in which
/// `transformers` adds them, and a template that puts the special tokens around one text.
base::Json assemble(Assembly parts, const Settings& settings);

}  // namespace m2v::tokenizer
