#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/json.h"
#include "m2v/tokenizer.h"
#include "m2v/types.h"

namespace m2v::distillation {

/// A tokenizer with fewer tokens.
struct PrunedTokenizer {
  core::Json tokenizer;
  std::vector<std::uint32_t> old_ids;  ///< Of each new id.
};

/// Keeps the tokens that these texts need, so that the texts become the same tokens as before: the
/// tokens themselves, what merges make on the way to them, those of one character that occurs in
/// them (new words of the same languages need these), single bytes, the unknown token and special
/// ones. `json` is what `tokenizer` was read from, `file` its name. Throws std::invalid_argument
/// for BPE with affixes.
PrunedTokenizer prune_tokenizer(const core::Json& json, const std::string& file,
                                const Tokenizer& tokenizer, Texts texts, unsigned threads);

}  // namespace m2v::distillation
