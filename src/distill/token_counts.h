#pragma once

#include <cstdint>
#include <vector>

#include "m2v/tokenizer.h"
#include "m2v/types.h"

namespace m2v::distillation {

/// How often texts have each token, by id.
std::vector<std::uint64_t> count_tokens(const Tokenizer& tokenizer, Texts texts, unsigned threads);

/// The chance of each token, by id, as texts tell it and Zipf's law expects it: the law counts for
/// as many occurrences as there are tokens, so that a small collection changes little and no chance
/// is 0.
std::vector<double> token_probabilities(const Tokenizer& tokenizer, Texts texts, unsigned threads);

}  // namespace m2v::distillation
