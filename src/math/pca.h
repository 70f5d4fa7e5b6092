#pragma once

#include <cstddef>
#include <vector>

#include "m2v/types.h"
#include "math/covariance.h"

namespace m2v::math {

/// The principal components of a matrix: the eigenvectors of its covariance, by falling variance.
struct Pca {
  std::size_t dim = 0;
  std::vector<double> mean;        ///< Of every column.
  std::vector<double> variances;   ///< Along each component, falling, at least 0; `dim` of them.
  std::vector<double> components;  ///< [dim, dim]: component k is row k, of length 1.
};

/// Finds the components of x [rows, cols]; the divisor of the covariance is rows - 1. float64
/// inside, summed in the same order whatever the number of threads. Values must be finite. Throws
/// std::invalid_argument for fewer than two rows, no columns, or values so large that float64
/// overflows.
Pca fit_pca(MatrixView x, unsigned threads);
/// The same of `count` columns from `first` on, when their covariance is known.
Pca pca_of(const Covariance& covariance, std::size_t first, std::size_t count);

/// The smallest number of components whose share of the variance is at least `fraction`; 1 if there
/// is no variance at all.
std::size_t components_for(const Pca& pca, double fraction);

/// The share of the variance that the first `count` components explain; 1 if there is none.
double explained_variance(const Pca& pca, std::size_t count);

/// What x becomes after its mean is taken off: its products with directions.
struct Projection {
  std::vector<double> mean;        ///< [dim]
  std::vector<double> directions;  ///< [count, dim]
};

/// The projected rows [rows, count] of x, in float32. The sign of each direction is such that its
/// product of largest absolute value, the first one of several, is positive.
Matrix project(const Projection& projection, MatrixView x, unsigned threads);

}  // namespace m2v::math
