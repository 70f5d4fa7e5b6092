#pragma once

#include <cmath>
#include <cstddef>
#include <limits>
#include <optional>

namespace m2v::train {

/// Halves the learning rate when the loss stops falling (torch's ReduceLROnPlateau with the
/// reference's settings). Asked once an epoch.
class LearningRate {
 public:
  explicit LearningRate(double rate) : rate_(rate) {}

  double rate() const { return rate_; }

  void epoch_ended(double loss) {
    constexpr double kGain = 0.03, kLeast = 1e-6, kLeastChange = 1e-8;
    constexpr int kPatience = 3;
    if (loss < best_ * (1 - kGain)) {
      best_ = loss;
      bad_ = 0;
    } else if (++bad_ > kPatience) {
      const double half = rate_ / 2 > kLeast ? rate_ / 2 : kLeast;
      if (rate_ - half > kLeastChange) rate_ = half;
      bad_ = 0;
    }
  }

 private:
  double rate_;
  double best_ = std::numeric_limits<double>::infinity();
  int bad_ = 0;
};

/// Says when to stop, and which state was the best: the one of the largest value, and of equal
/// values the one of the lowest loss. Stopping looks at the value alone, as the reference does.
class EarlyStopping {
 public:
  explicit EarlyStopping(std::optional<std::size_t> patience) : patience_(patience) {}

  /// Whether this is better than all before.
  bool check(double value, double loss) {
    constexpr double kGain = 0.001;
    if (value > reference_ + kGain) {
      reference_ = value;
      waited_ = 0;
    } else {
      ++waited_;
    }
    if (std::isnan(loss)) loss = std::numeric_limits<double>::infinity();
    const bool better = value > best_ || (value == best_ && loss < best_loss_);
    if (better) {
      best_ = value;
      best_loss_ = loss;
    }
    return better;
  }
  bool enough() const { return patience_ && waited_ >= *patience_; }

 private:
  std::optional<std::size_t> patience_;
  double reference_ = -std::numeric_limits<double>::infinity();
  double best_ = -std::numeric_limits<double>::infinity();
  double best_loss_ = std::numeric_limits<double>::infinity();
  std::size_t waited_ = 0;
};

}  // namespace m2v::train
