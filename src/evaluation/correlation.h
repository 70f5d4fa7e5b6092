#pragma once

#include <span>
#include <vector>

namespace m2v::evaluation {

// Both coefficients are NaN if there are fewer than two pairs, or if all values of x or all values
// of y are equal. Precondition: x and y have the same length, and all values are finite.

/// Returns Pearson's correlation coefficient, computed in two passes.
double pearson(std::span<const double> x, std::span<const double> y);

/// Returns Spearman's rank correlation coefficient: Pearson's coefficient of the ranks.
double spearman(std::span<const double> x, std::span<const double> y);

/// Returns the rank of each value, from 1 for the smallest. Equal values get their mean rank.
std::vector<double> ranks(std::span<const double> values);

}  // namespace m2v::evaluation
