#pragma once

#include <span>

namespace m2v::metrics {

/// The cosine of the angle between vectors of one length, in float64: 1 for two zero vectors, 0 for
/// one. Precondition: finite values.
double cosine(std::span<const float> a, std::span<const float> b);

}  // namespace m2v::metrics
