#pragma once

#include <span>

namespace m2v::base {

/// Returns the cosine similarity of two vectors, computed in float64. It is 1 if both are zero
/// vectors and 0 if only one is. Preconditions: the lengths are equal, and all values are finite.
double cosine(std::span<const float> a, std::span<const float> b);

}  // namespace m2v::base
