#pragma once

#include <cstddef>
#include <vector>

#include "math/covariance.h"

namespace m2v::math {

/// Returns the linear map [outputs, inputs] from the first `inputs` columns to the other columns
/// that minimizes the squared error, given the covariance of all columns. `ridge`, a fraction of
/// the mean variance of the inputs, is added to their variances, which keeps the map finite if they
/// are linearly dependent. Throws std::invalid_argument if there is no finite map.
std::vector<double> least_squares(const Covariance& covariance, std::size_t inputs, double ridge);

}  // namespace m2v::math
