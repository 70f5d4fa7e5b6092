#pragma once

#include <cmath>
#include <cstddef>
#include <limits>
#include <optional>

namespace m2v::train {

/// Halves the learning rate when the loss stops falling, as torch's ReduceLROnPlateau does with the
/// settings of model2vec: after more than three epochs in which it did not fall by 3%, down to
/// 1e-6.
class LearningRate {
 public:
  /// `rate` is the initial learning rate.
  explicit LearningRate(double rate) : rate_(rate) {}

  double rate() const { return rate_; }

  /// Call it once per epoch with the validation loss.
  void epoch_ended(double loss) {
    constexpr double kMinImprovement = 0.03, kMinRate = 1e-6, kMinChange = 1e-8;
    constexpr int kPatience = 3;
    if (loss < best_ * (1 - kMinImprovement)) {
      best_ = loss;
      bad_epochs_ = 0;
    } else if (++bad_epochs_ > kPatience) {
      const double half = rate_ / 2 > kMinRate ? rate_ / 2 : kMinRate;
      if (rate_ - half > kMinChange) rate_ = half;
      bad_epochs_ = 0;
    }
  }

 private:
  double rate_;
  double best_ = std::numeric_limits<double>::infinity();
  int bad_epochs_ = 0;
};

/// Decides when to stop early and which state was best: the one with the largest value and, among
/// equal values, the one with the lowest loss. Stopping depends on the value alone, as in
/// model2vec.
class EarlyStopping {
 public:
  /// `patience` is the number of checks without improvement after which to stop; no value: never.
  explicit EarlyStopping(std::optional<std::size_t> patience) : patience_(patience) {}

  /// Records a check. Returns whether it is better than all before.
  bool check(double value, double loss) {
    constexpr double kMinImprovement = 0.001;
    if (value > reference_ + kMinImprovement) {
      reference_ = value;
      checks_without_improvement_ = 0;
    } else {
      ++checks_without_improvement_;
    }
    if (std::isnan(loss)) loss = std::numeric_limits<double>::infinity();
    const bool better = value > best_ || (value == best_ && loss < best_loss_);
    if (better) {
      best_ = value;
      best_loss_ = loss;
    }
    return better;
  }
  /// Returns whether the patience is exhausted.
  bool enough() const { return patience_ && checks_without_improvement_ >= *patience_; }

 private:
  std::optional<std::size_t> patience_;
  double reference_ = -std::numeric_limits<double>::infinity();
  double best_ = -std::numeric_limits<double>::infinity();
  double best_loss_ = std::numeric_limits<double>::infinity();
  std::size_t checks_without_improvement_ = 0;
};

}  // namespace m2v::train
