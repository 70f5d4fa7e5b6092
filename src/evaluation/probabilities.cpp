#include <algorithm>
#include <cmath>
#include <numeric>
#include <stdexcept>
#include <string>

#include "base/counted.h"
#include "evaluation/pairwise_sum.h"
#include "m2v/classification.h"

namespace m2v {
PrecisionRecallCurve precision_recall_curve(std::span<const float> probabilities,
                                            std::span<const std::uint8_t> has) {
  if (probabilities.size() != has.size() || has.empty()) {
    throw std::invalid_argument(
        base::counted(probabilities.size(), "probability", "probabilities") + " for " +
        base::counted(has.size(), "fact"));
  }
  std::vector<std::size_t> order(has.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, std::ranges::greater(),
                           [&](std::size_t i) { return probabilities[i]; });
  const auto positives =
      static_cast<double>(std::accumulate(has.begin(), has.end(), std::size_t{0}));

  PrecisionRecallCurve curve;
  curve.precision.push_back(1);
  curve.recall.push_back(0);
  double right = 0;
  for (std::size_t i = 0; i < order.size(); ++i) {
    right += has[order[i]];
    const float threshold = probabilities[order[i]];
    if (i + 1 < order.size() && probabilities[order[i + 1]] == threshold) continue;
    curve.thresholds.push_back(threshold);
    curve.precision.push_back(right / static_cast<double>(i + 1));
    curve.recall.push_back(positives > 0 ? right / positives : 1);
  }
  std::ranges::reverse(curve.thresholds);
  std::ranges::reverse(curve.precision);
  std::ranges::reverse(curve.recall);
  std::vector<double> steps(curve.thresholds.size());
  for (std::size_t i = 0; i < steps.size(); ++i) {
    steps[i] = (curve.recall[i + 1] - curve.recall[i]) * curve.precision[i];
  }
  curve.average_precision = std::max(0.0, -evaluation::pairwise_sum(steps));
  return curve;
}

}  // namespace m2v
