#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/json.h"
#include "m2v/tokenizer.h"
#include "m2v/types.h"

namespace m2v::distillation {

/// A tokenizer with a smaller vocabulary.
struct PrunedTokenizer {
  base::Json tokenizer;                ///< The new tokenizer.json.
  std::vector<std::uint32_t> old_ids;  ///< The previous id of each token, by its new id.
};

/// Removes the tokens that the given texts do not need; the texts are still encoded as the same
/// tokens. It keeps the tokens that occur in the texts, the intermediate tokens of their merges,
/// the tokens of one character that occurs in them (new words of the same languages need these),
/// single bytes, the unknown token and special tokens. `json` is the tokenizer.json that
/// `tokenizer` was read from, `file` its name for errors. Throws std::invalid_argument for a BPE
/// model with affixes.
PrunedTokenizer prune_tokenizer(const base::Json& json, const std::string& file,
                                const Tokenizer& tokenizer, Texts texts, unsigned threads);

}  // namespace m2v::distillation
