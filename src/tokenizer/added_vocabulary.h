#pragma once

#include <vector>

#include "core/json.h"
#include "tokenize/added_tokens.h"
#include "tokenize/models/model.h"
#include "tokenize/normalizers/normalizer.h"

namespace m2v::tokenize {

/// The tokens that a file adds to its model.
struct AddedVocabulary {
  std::vector<AddedToken> tokens;  ///< Each content once, in the file's order.
  AddedTokenMatcher as_it_comes;   ///< Those that are looked for in the text as it comes.
  AddedTokenMatcher normalized;    ///< Those that are looked for in the normalized text.

  /// Reads `$.added_tokens`. Throws FormatError.
  static AddedVocabulary parse(const core::JsonAt& json, const Model& model,
                               const Normalizer& normalizer);
};

}  // namespace m2v::tokenize
