#pragma once

#include <cstdint>
#include <vector>

#include "m2v/tokenizer.h"
#include "m2v/types.h"

namespace m2v::distillation {

/// Counts the occurrences of each token in the texts; indexed by id.
std::vector<std::uint64_t> count_tokens(const Tokenizer& tokenizer, Texts texts, unsigned threads);

/// Returns the probability of each token, by id: its frequency in the texts, smoothed by Zipf's
/// law. The law has the weight of as many occurrences as there are tokens, so that a small
/// collection changes little and no probability is 0.
std::vector<double> token_probabilities(const Tokenizer& tokenizer, Texts texts, unsigned threads);

}  // namespace m2v::distillation
