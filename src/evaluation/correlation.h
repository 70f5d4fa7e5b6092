#pragma once

#include <span>
#include <vector>

namespace m2v::metrics {

// Both are NaN for fewer than two pairs, and where all values of a side are equal.
// Precondition: x and y are equally long and finite.

/// Pearson's coefficient, in two passes.
double pearson(std::span<const double> x, std::span<const double> y);

/// Spearman's: Pearson's over the ranks.
double spearman(std::span<const double> x, std::span<const double> y);

/// Ranks from 1; equal values share the mean of theirs.
std::vector<double> ranks(std::span<const double> values);

}  // namespace m2v::metrics
