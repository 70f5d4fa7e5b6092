#pragma once

#include <cstddef>
#include <span>

namespace m2v::evaluation {

/// Returns the sum of the values, added in the order of NumPy's pairwise summation: in eight lanes,
/// and long arrays by halves. The rounding error is small, and the result is bit-identical to
/// numpy.sum of a contiguous float64 array (NumPy 1.9 to 2.4).
inline double pairwise_sum(std::span<const double> values) {
  constexpr std::size_t kLanes = 8, kBlock = 128;
  if (values.size() > kBlock) {
    const std::size_t half = values.size() / 2 / kLanes * kLanes;
    return pairwise_sum(values.first(half)) + pairwise_sum(values.subspan(half));
  }
  std::size_t i = 0;
  double sum = 0;
  if (values.size() >= kLanes) {
    double lanes[kLanes] = {};
    for (; i + kLanes <= values.size(); i += kLanes) {
      for (std::size_t lane = 0; lane < kLanes; ++lane) lanes[lane] += values[i + lane];
    }
    sum = ((lanes[0] + lanes[1]) + (lanes[2] + lanes[3])) +
          ((lanes[4] + lanes[5]) + (lanes[6] + lanes[7]));
  }
  for (; i < values.size(); ++i) sum += values[i];
  return sum;
}

}  // namespace m2v::evaluation
