#pragma once

#include <cstddef>
#include <vector>

#include "m2v/types.h"

namespace m2v::math {

/// The covariance matrix of the columns of a matrix.
struct Covariance {
  std::vector<double> mean;    ///< The mean of each column, [dim].
  std::vector<double> values;  ///< The covariances, [dim, dim], row-major.

  std::size_t dim() const noexcept { return mean.size(); }
};

// Both functions compute in float64. Their results do not depend on the number of threads; 0 means
// the number of hardware threads.

/// Returns the column means [cols] of x [rows, cols].
std::vector<double> column_means(MatrixView x, unsigned threads);

/// Computes the covariance matrix of the columns of x [rows, cols], with divisor rows - 1.
/// Precondition: at least two rows and one column.
Covariance covariance(MatrixView x, unsigned threads);

}  // namespace m2v::math
