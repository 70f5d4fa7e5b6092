#pragma once

#include <vector>

#include "base/json.h"
#include "tokenizer/added_tokens.h"
#include "tokenizer/models/model.h"
#include "tokenizer/normalizers/normalizer.h"

namespace m2v::tokenizer {

/// The tokens that a tokenizer.json adds to the vocabulary of its model.
struct AddedVocabulary {
  std::vector<AddedToken> tokens;  ///< In the order of the file, without repeated contents.
  AddedTokenMatcher in_original;   ///< Tokens that are matched in the original text.
  AddedTokenMatcher normalized;    ///< Tokens that are matched in the normalized text.

  /// Reads `$.added_tokens`. Throws FormatError if it is malformed or if a token has an id that
  /// does not fit in 32 bits or is empty once it is normalized.
  static AddedVocabulary parse(const base::JsonAt& json, const Model& model,
                               const Normalizer& normalizer);
};

}  // namespace m2v::tokenizer
