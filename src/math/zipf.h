#pragma once

#include <cstddef>
#include <optional>
#include <vector>

namespace m2v::math {

/// Weights for tokens in order of frequency, as if by Zipf's law: token i has rank r = i + 2 and
/// probability p = (1/r) / sum(1/r); its weight is a / (a + p) with a = `coefficient` (smooth
/// inverse frequency: Arora et al. 2017, "A Simple but Tough-to-Beat Baseline for Sentence
/// Embeddings"). All 1 without a coefficient.
std::vector<double> zipf_weights(std::size_t count, std::optional<double> coefficient);

}  // namespace m2v::math
