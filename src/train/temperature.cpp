#include "train/temperature.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <variant>
#include <vector>

#include "m2v/calibration.h"

namespace m2v::train {
namespace {

/// Sums over all decisions at one inverse temperature (`scale`): the negative log-likelihood, its
/// first two derivatives with respect to the scale, in which it is convex, and the confidence.
struct Sums {
  double loss = 0, slope = 0, curvature = 0, confidence = 0;
};

/// The decisions of a classifier: one class per text, or yes or no for each label.
class Decisions {
 public:
  Decisions(MatrixView logits, const Targets& targets, std::span<const std::size_t> examples)
      : logits_(logits), targets_(targets), examples_(examples) {}

  std::size_t count() const { return logits_.rows * (one_each() ? 1 : logits_.cols); }

  Sums at(double scale) const {
    Sums sums;
    for (std::size_t row = 0; row < logits_.rows; ++row) {
      one_each() ? add_choice(row, scale, sums) : add_labels(row, scale, sums);
    }
    return sums;
  }

  /// Returns whether every decision is correct. That does not depend on the scale.
  bool all_right() const {
    for (std::size_t row = 0; row < logits_.rows; ++row) {
      const auto values = logits_.row(row);
      if (one_each()) {
        if (values[right_class(row)] != *std::ranges::max_element(values)) return false;
      } else {
        for (std::size_t c = 0; c < values.size(); ++c) {
          if (signed_logit(row, c) < 0) return false;
        }
      }
    }
    return true;
  }

  /// Returns the expected calibration error as `m2v evaluate` computes it: of each text's predicted
  /// class, or of each label.
  double calibration_error(double scale) const {
    std::vector<float> probabilities;
    std::vector<std::uint8_t> right;
    for (std::size_t row = 0; row < logits_.rows; ++row) {
      const auto values = logits_.row(row);
      if (one_each()) {
        Sums sums;
        add_choice(row, scale, sums);
        probabilities.push_back(static_cast<float>(sums.confidence));
        const auto best = std::ranges::max_element(values) - values.begin();
        right.push_back(static_cast<std::size_t>(best) == right_class(row) ? 1 : 0);
        continue;
      }
      for (std::size_t c = 0; c < values.size(); ++c) {
        probabilities.push_back(static_cast<float>(sigmoid(scale * double{values[c]})));
        right.push_back(has_label(row, c) ? 1 : 0);
      }
    }
    return calibration(probabilities, right).error;
  }

 private:
  static double sigmoid(double x) {
    const double small = std::exp(-std::abs(x));  // never overflows
    return (x >= 0 ? 1 : small) / (1 + small);
  }

  bool one_each() const { return std::holds_alternative<ClassTargets>(targets_); }
  std::size_t right_class(std::size_t row) const {
    return std::get<ClassTargets>(targets_).classes[examples_[row]];
  }
  bool has_label(std::size_t row, std::size_t label) const {
    const auto& targets = std::get<LabelTargets>(targets_);
    const auto begin = targets.labels.begin();
    const auto at = [&](std::size_t offset) {
      return begin + static_cast<std::ptrdiff_t>(targets.offsets[examples_[row] + offset]);
    };
    return std::find(at(0), at(1), label) != at(1);
  }
  /// Returns a positive value if the decision on a label is correct.
  double signed_logit(std::size_t row, std::size_t label) const {
    const double value = logits_.row(row)[label];
    return has_label(row, label) ? value : -value;
  }

  void add_choice(std::size_t row, double scale, Sums& sums) const {
    const auto values = logits_.row(row);
    const double most = *std::ranges::max_element(values);
    double total = 0, mean = 0, square = 0;  // sums and means of value - most
    for (const float value : values) {
      const double below = value - most, chance = std::exp(scale * below);
      total += chance;
      mean += chance * below;
      square += chance * below * below;
    }
    mean /= total;
    square /= total;
    const double right = values[right_class(row)] - most;
    sums.loss += std::log(total) - scale * right;
    sums.slope += mean - right;
    sums.curvature += square - mean * mean;
    sums.confidence += 1 / total;
  }

  void add_labels(std::size_t row, double scale, Sums& sums) const {
    for (std::size_t c = 0; c < logits_.cols; ++c) {
      const double x = signed_logit(row, c), wrong = sigmoid(-scale * x);
      sums.loss += std::max(-scale * x, 0.0) + std::log1p(std::exp(-std::abs(scale * x)));
      sums.slope -= x * wrong;
      sums.curvature += x * x * wrong * (1 - wrong);
      sums.confidence += std::max(wrong, 1 - wrong);
    }
  }

  MatrixView logits_;
  const Targets& targets_;
  std::span<const std::size_t> examples_;
};

constexpr double kMinScale = 1 / kMaxTemperature, kMaxScale = 1 / kMinTemperature;
constexpr int kMaxSteps = 200;

/// Returns the scale of maximum likelihood: Newton's method, with bisection if a step would leave
/// the interval that holds the root of the slope.
double likeliest_scale(const Decisions& decisions) {
  double low = kMinScale, high = kMaxScale, scale = 1;
  if (decisions.at(low).slope >= 0) return low;
  if (decisions.at(high).slope <= 0) return high;
  for (int step = 0; step < kMaxSteps; ++step) {
    const Sums sums = decisions.at(scale);
    (sums.slope < 0 ? low : high) = scale;
    double next = scale - sums.slope / sums.curvature;
    if (!(next > low && next < high)) next = std::sqrt(low * high);
    if (std::abs(next - scale) <= 1e-12 * scale) return next;
    scale = next;
  }
  return scale;
}

/// Returns the scale at which the mean confidence, which grows with the scale, is `wanted`.
double scale_of_confidence(const Decisions& decisions, double wanted) {
  double low = kMinScale, high = kMaxScale;
  for (int step = 0; step < kMaxSteps && high / low > 1 + 1e-12; ++step) {
    const double middle = std::sqrt(low * high);
    const double confidence =
        decisions.at(middle).confidence / static_cast<double>(decisions.count());
    (confidence < wanted ? low : high) = middle;
  }
  return std::sqrt(low * high);
}

double best_scale(const Decisions& decisions) {
  // If all outputs are equal, or some are not finite, the temperature has no effect.
  if (!(decisions.at(1).curvature > 0)) return 1;
  if (!decisions.all_right()) return likeliest_scale(decisions);
  const auto count = static_cast<double>(decisions.count());
  return scale_of_confidence(decisions, (count + 1) / (count + 2));
}

}  // namespace

TemperatureScaling fit_temperature(MatrixView logits, const Targets& targets,
                                   std::span<const std::size_t> examples) {
  const Decisions decisions(logits, targets, examples);
  const double scale = best_scale(decisions);
  const auto count = static_cast<double>(decisions.count());
  return {.temperature = 1 / scale,
          .loss_before = decisions.at(1).loss / count,
          .loss_after = decisions.at(scale).loss / count,
          .error_before = decisions.calibration_error(1),
          .error_after = decisions.calibration_error(scale)};
}

void divide_outputs(Head::Layer& layer, double temperature) {
  const auto divide = [temperature](float& value) {
    value = static_cast<float>(double{value} / temperature);
  };
  std::ranges::for_each(layer.weight.data, divide);
  std::ranges::for_each(layer.bias, divide);
}

}  // namespace m2v::train
