#pragma once

#include <string_view>

#include "core/json.h"
#include "tokenize/models/merge_table.h"
#include "tokenize/vocabulary.h"

namespace m2v::tokenize {

/// Reads a list of merges, first come first: pairs of tokens, or lines with a blank between the
/// two. The merged token is the left one and what the right one has behind the prefix.
/// Throws FormatError for a merge of, or into, tokens that the vocabulary does not have.
MergeTable parse_merges(const core::JsonAt& json, const Vocabulary& vocabulary,
                        std::string_view prefix);

}  // namespace m2v::tokenize
