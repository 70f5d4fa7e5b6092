#pragma once

#include <cstddef>
#include <vector>

#include "m2v/types.h"
#include "math/covariance.h"

namespace m2v::math {

/// The principal components of a matrix: the eigenvectors of its covariance matrix.
struct Pca {
  std::size_t dim = 0;
  std::vector<double> mean;        ///< The mean of each column, [dim].
  std::vector<double> variances;   ///< The variance along each component, descending, >= 0; [dim].
  std::vector<double> components;  ///< [dim, dim]: row k is component k, a unit vector.
};

/// Computes the principal components of x [rows, cols], from the covariance with divisor rows - 1.
/// Computes in float64; the result does not depend on the number of threads. Values must be finite.
/// Throws std::invalid_argument if there are fewer than two rows or no columns, or if values are so
/// large that float64 overflows.
Pca fit_pca(MatrixView x, unsigned threads);
/// Computes the principal components of `count` columns from `first` on, given their covariance.
/// Throws std::invalid_argument if values are out of range.
Pca pca_of(const Covariance& covariance, std::size_t first, std::size_t count);

/// Returns the smallest number of components that explain at least `fraction` of the variance; 1 if
/// the variance is zero.
std::size_t components_for(const Pca& pca, double fraction);

/// Returns the fraction of the variance that the first `count` components explain; 1 if the
/// variance is zero.
double explained_variance(const Pca& pca, std::size_t count);

/// A projection of vectors [dim] onto `count` directions, after subtracting a mean.
struct Projection {
  std::vector<double> mean;        ///< The mean to subtract, [dim].
  std::vector<double> directions;  ///< [count, dim], row-major.
};

/// Projects the rows of x [rows, dim] and returns the result [rows, count] in float32. The sign of
/// each column is chosen such that its value of largest absolute value (the first, if there are
/// several) is positive. Throws std::invalid_argument if the dimensions do not match.
Matrix project(const Projection& projection, MatrixView x, unsigned threads);

}  // namespace m2v::math
