#pragma once

#include <cstddef>
#include <optional>
#include <vector>

namespace m2v::math {

/// Returns the probabilities of `count` tokens in order of descending frequency, according to
/// Zipf's law: token i has rank r = i + 2 and probability (1/r) / sum(1/r).
std::vector<double> zipf_probabilities(std::size_t count);

/// Returns the weight of each token by smooth inverse frequency (Arora et al. 2017, "A Simple but
/// Tough-to-Beat Baseline for Sentence Embeddings"): a / (a + p), where p is its probability and a
/// is `coefficient`. All weights are 1 without a coefficient.
std::vector<double> sif_weights(std::vector<double> probabilities,
                                std::optional<double> coefficient);

}  // namespace m2v::math
