#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "m2v/export.h"

// Calibration of a classifier: whether its probabilities match observed frequencies.
//
//   const auto diagram = m2v::calibration(probabilities, right);
//   const double expected_calibration_error = diagram.error;

namespace m2v {

/// A reliability diagram: how well predicted probabilities match observed frequencies.
struct Calibration {
  /// The predictions whose probabilities lie in one interval, such as (0.1, 0.2].
  struct Bin {
    double probability = 0;  ///< Mean predicted probability.
    double accuracy = 0;     ///< Fraction of the predictions that were right.
    std::size_t count = 0;   ///< Number of predictions.
  };
  std::vector<Bin> bins;  ///< In ascending order of probability. An empty bin is all 0.
  /// Expected calibration error (Guo et al. 2017): the mean of |accuracy - probability| over the
  /// bins, weighted by their counts.
  double error = 0;
};

/// Sorts predictions into `bins` intervals of equal width by their probabilities. `right[i]` is 1
/// if prediction i was right and 0 otherwise. Throws std::invalid_argument if the lengths differ or
/// are 0, or if `bins` is 0.
[[nodiscard]] M2V_API Calibration calibration(std::span<const float> probabilities,
                                              std::span<const std::uint8_t> right,
                                              std::size_t bins = 10);

}  // namespace m2v
