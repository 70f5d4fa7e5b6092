#pragma once

#include <cstddef>
#include <vector>

#include "simd/adam.h"

namespace m2v::train {

/// Adam's time: what each step's sizes are, and what happened to a row that had no gradients for a
/// while. Such a row still moves, along its decaying moments. Where it goes is not computed step by
/// step but at once, when the row is needed again.
///
/// After its last gradient, at step s, a value with the moments m and v moves by m * F(sqrt(v)),
///
///   F(d) = sum over k = s+1 ... t of  a(k) x(k) / (d + epsilon x(k)),
///   a(k) = rate(k) b1^(k-s) / (1 - b1^k),   x(k) = sqrt((1 - b2^k) / b2^(k-s)),
///
/// the same F for all values of all rows with that s. Gauss's quadrature with two nodes replaces
/// the sum: it has the same first four moments of x, so that it agrees with F to the fourth order
/// of epsilon / d; where d is so small that this is not enough, the moves are small as well. In the
/// first steps x varies most: they are covered leg by leg, each half as long as the time before it.
/// Terms beyond kMemory steps are below float32's resolution.
class AdamClock {
 public:
  static constexpr std::size_t kMemory = 200;
  static constexpr std::size_t kEarly = 64;

  /// Begins the next step.
  simd::AdamStep tick(double learning_rate);

  /// Steps so far.
  std::size_t now() const { return bias_.size(); }

  /// What happens after step `since` (at least 1), up to the step `until`: now, or one before it
  /// from where to ask again.
  struct Leg {
    simd::AdamCoast coast;
    std::size_t until;
  };
  Leg leg(std::size_t since);

 private:
  struct Quadrature {
    float weight[2], epsilon[2];
  };
  void prepare();

  std::vector<double> bias_;          ///< By step, from 1 on: rate / (1 - b1^k).
  std::vector<double> scale_;         ///< sqrt(1 - b2^k).
  std::vector<Quadrature> early_;     ///< By last step below kEarly: its first leg.
  std::vector<Quadrature> complete_;  ///< By last step: all terms that count.
  std::vector<Quadrature> recent_;    ///< By now() - last step, up to kMemory.
  std::size_t prepared_ = 0;          ///< The time that recent_ is for.
};

}  // namespace m2v::train
