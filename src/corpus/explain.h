#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "m2v/passage_search.h"

namespace m2v::corpus {

/// What each token of a passage adds to the cosine with `query`, a vector of the model's width: its
/// row times the query, over both lengths. `max_length` is in tokens. Sets tokens and dense.
void explain_cosine(const StaticModel& model, std::string_view passage, std::size_t max_length,
                    std::span<const float> query, Explanation& explanation);

/// Divides a passage into words and gives them the shares of the explanation's tokens and terms. A
/// term's score is shared by its occurrences, and by the characters of a pair.
void share_among_words(std::string_view passage, const LexicalOptions& options,
                       Explanation& explanation);

}  // namespace m2v::corpus
