#include <algorithm>
#include <cmath>
#include <numeric>
#include <stdexcept>
#include <string>

#include "core/counted.h"
#include "m2v/classification.h"
#include "metrics/pairwise_sum.h"

namespace m2v {
namespace {

void check_lengths(std::size_t probabilities, std::size_t facts) {
  if (probabilities != facts || facts == 0) {
    throw std::invalid_argument(core::counted(probabilities, "probability", "probabilities") +
                                " for " + core::counted(facts, "fact"));
  }
}

}  // namespace

PrecisionRecallCurve precision_recall_curve(std::span<const float> probabilities,
                                            std::span<const std::uint8_t> has) {
  check_lengths(probabilities.size(), has.size());
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
  curve.average_precision = std::max(0.0, -metrics::pairwise_sum(steps));
  return curve;
}

Calibration calibration(std::span<const float> probabilities, std::span<const std::uint8_t> right,
                        std::size_t bins) {
  check_lengths(probabilities.size(), right.size());
  if (bins == 0) throw std::invalid_argument("calibration: at least one bin is needed");
  Calibration result{.bins = std::vector<Calibration::Bin>(bins), .error = 0};
  for (std::size_t i = 0; i < right.size(); ++i) {
    const double scaled = static_cast<double>(probabilities[i]) * static_cast<double>(bins);
    const double index = std::clamp(std::ceil(scaled) - 1, 0.0, static_cast<double>(bins - 1));
    Calibration::Bin& bin = result.bins[static_cast<std::size_t>(index)];
    bin.probability += static_cast<double>(probabilities[i]);
    bin.share += right[i];
    ++bin.count;
  }
  for (Calibration::Bin& bin : result.bins) {
    if (bin.count == 0) continue;
    const auto count = static_cast<double>(bin.count);
    bin.probability /= count;
    bin.share /= count;
    result.error +=
        std::abs(bin.share - bin.probability) * count / static_cast<double>(right.size());
  }
  return result;
}

}  // namespace m2v
