#pragma once

#include <cstddef>
#include <vector>

#include "m2v/types.h"

namespace m2v::math {

struct Covariance {
  std::vector<double> mean;    ///< Of every column.
  std::vector<double> values;  ///< [dim, dim], row-major.

  std::size_t dim() const noexcept { return mean.size(); }
};

/// Of x [rows, cols], in float64; summed in the same order whatever the number of threads.
std::vector<double> column_means(MatrixView x, unsigned threads);

/// Of x [rows, cols], with the divisor rows - 1. float64 inside, summed in the same order whatever
/// the number of threads. Precondition: two rows and one column at least.
Covariance covariance(MatrixView x, unsigned threads);

}  // namespace m2v::math
