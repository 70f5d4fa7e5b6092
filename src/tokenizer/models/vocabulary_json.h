#pragma once

#include <vector>

#include "base/json.h"
#include "formats/sections.h"
#include "tokenizer/vocabulary.h"

namespace m2v::tokenizer {

/// Reads the vocabulary of a model: from `compiled`, or from the member `vocab` of its JSON if
/// `compiled` is null. Throws FormatError if it is missing or malformed.
Vocabulary read_vocabulary(const base::JsonAt& model, const formats::Sections* compiled);

/// Reads an object that maps tokens to ids. The tokens are views into the value of `json`.
/// Throws FormatError if an id is not an integer from 0 to Trie::kValueLimit - 1.
std::vector<Vocabulary::Entry> parse_vocabulary(const base::JsonAt& json);

}  // namespace m2v::tokenizer
