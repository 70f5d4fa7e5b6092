#pragma once

#include <cstddef>
#include <optional>
#include <vector>

namespace m2v::math {

/// Chances of tokens in order of frequency, by Zipf's law: token i has rank r = i + 2 and
/// probability (1/r) / sum(1/r).
std::vector<double> zipf_probabilities(std::size_t count);

/// The weight of each token: a / (a + p) with a = `coefficient` (smooth inverse frequency: Arora et
/// al. 2017, "A Simple but Tough-to-Beat Baseline for Sentence Embeddings"). All 1 without one.
std::vector<double> sif_weights(std::vector<double> probabilities,
                                std::optional<double> coefficient);

}  // namespace m2v::math
