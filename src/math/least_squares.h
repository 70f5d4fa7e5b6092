#pragma once

#include <cstddef>
#include <vector>

#include "math/covariance.h"

namespace m2v::math {

/// The linear map from the first `inputs` columns to the others whose squared errors are least, by
/// their covariance; as [outputs, inputs]. `ridge`, a fraction of the inputs' mean variance, keeps
/// it finite where they depend on each other. Throws std::invalid_argument if nothing does.
std::vector<double> least_squares(const Covariance& covariance, std::size_t inputs, double ridge);

}  // namespace m2v::math
