#pragma once

#include <string_view>

#include "base/json.h"
#include "tokenizer/models/merge_table.h"
#include "tokenizer/vocabulary.h"

namespace m2v::tokenizer {

/// Reads a list of merges in descending order of priority. Each is an array of two tokens or a
/// string with a space between them. The merged token is the left one followed by the right one
/// without the continuing subword prefix `prefix`.
/// Throws FormatError if the list is malformed, or if one of the tokens or the merged token is not
/// in the vocabulary.
MergeTable parse_merges(const base::JsonAt& json, const Vocabulary& vocabulary,
                        std::string_view prefix);

}  // namespace m2v::tokenizer
