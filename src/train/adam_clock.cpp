#include "train/adam_clock.h"

#include <algorithm>
#include <cmath>

namespace m2v::train {
namespace {

constexpr double kFirst = simd::kAdamFirstDecay, kSecond = simd::kAdamSecondDecay;

/// The nodes and weights of a measure with the given moments: Gaussian quadrature with two nodes,
/// or with one if the variance is negligible.
struct Nodes {
  double weight[2], at[2];
};

Nodes nodes_of(const double (&moments)[4]) {
  const double mass = moments[0], mean = moments[1] / mass;
  const double variance = moments[2] / mass - mean * mean;
  if (!(variance > 1e-11 * mean * mean)) return {{mass, 0}, {mean, mean}};
  const double third = moments[3] / mass - 3 * mean * moments[2] / mass + 2 * mean * mean * mean;
  // Deviations y of the nodes from the mean are the roots of y^2 - skew y - variance.
  const double skew = third / variance;
  const double root = std::sqrt(skew * skew + 4 * variance);
  const double right = (skew + root) / 2, left = (skew - root) / 2;
  const double weight = mass * -left / (right - left);
  return {{weight, mass - weight}, {mean + right, mean + left}};
}

/// Returns the length in steps of the first leg after an early step.
std::size_t first_leg(std::size_t since) { return std::max<std::size_t>(1, since / 2); }

}  // namespace

simd::AdamStep AdamClock::tick(double learning_rate) {
  prepare();  // at every step, so that complete_ gets each sum when it is complete
  const auto step = static_cast<double>(now() + 1);
  bias_.push_back(learning_rate / (1 - std::pow(kFirst, step)));
  scale_.push_back(std::sqrt(1 - std::pow(kSecond, step)));
  return {.rate = static_cast<float>(bias_.back()), .scale = static_cast<float>(1 / scale_.back())};
}

/// Computes the sums from the last step backwards. Each gap adds one term and moves all terms one
/// step further away.
void AdamClock::prepare() {
  if (prepared_ == now()) return;
  prepared_ = now();
  recent_.clear();
  recent_.push_back({{0, 0}, {1, 1}});
  double moments[4] = {};
  const double widening = 1 / std::sqrt(kSecond);
  for (std::size_t gap = 1; gap <= std::min(kMemory, now() - 1); ++gap) {
    const std::size_t step = now() - gap + 1;
    double power = scale_[step - 1], decay = kFirst * widening;
    for (double& moment : moments) {
      moment = decay * (moment + bias_[step - 1] * power);
      power *= scale_[step - 1];
      decay *= widening;
    }
    const Nodes nodes = nodes_of(moments);
    Quadrature& sum = recent_.emplace_back();
    for (std::size_t i = 0; i < 2; ++i) {
      sum.weight[i] = static_cast<float>(nodes.weight[i]);
      sum.epsilon[i] = static_cast<float>(simd::kAdamEpsilon * nodes.at[i]);
    }
  }
  early_.resize(kEarly);
  for (std::size_t since = 1; since < std::min(kEarly, now()); ++since) {
    if (since + first_leg(since) == now()) early_[since] = recent_[first_leg(since)];
  }
  if (recent_.size() > kMemory) {
    complete_.resize(now() - kMemory + 1);
    complete_.back() = recent_.back();
  }
}

AdamClock::Leg AdamClock::leg(std::size_t since) {
  prepare();
  std::size_t gap = now() - since;
  const bool far = since < kEarly && gap > first_leg(since);
  if (far) gap = first_leg(since);
  const Quadrature& sum = far ? early_[since] : gap <= kMemory ? recent_[gap] : complete_[since];
  const auto steps = static_cast<double>(gap);
  return {.coast = {.weight = {sum.weight[0], sum.weight[1]},
                    .epsilon = {sum.epsilon[0], sum.epsilon[1]},
                    .first_decay = static_cast<float>(std::pow(kFirst, steps)),
                    .second_decay = static_cast<float>(std::pow(kSecond, steps))},
          .until = since + gap};
}

}  // namespace m2v::train
