#pragma once

#include <cstddef>
#include <vector>

#include "simd/adam.h"

namespace m2v::train {

/// The step count and step sizes of Adam, and the updates of rows that had no gradients for some
/// steps. Such a row still moves, along its decaying moments. Its moves are not computed step by
/// step, but at once when the row is needed again.
///
/// After its last gradient, at step s, a value with the moments m and v moves by m * F(sqrt(v)),
///
///   F(d) = sum over k = s+1 ... t of  a(k) x(k) / (d + epsilon x(k)),
///   a(k) = rate(k) b1^(k-s) / (1 - b1^k),   x(k) = sqrt((1 - b2^k) / b2^(k-s)),
///
/// with the same F for all values of all rows that have the same s. Gaussian quadrature with two
/// nodes replaces the sum: its first four moments of x are those of the sum, so that it agrees with
/// F to fourth order in epsilon / d; where d is too small for that, the moves are small as well. In
/// the first steps x varies most, so they are covered leg by leg, each half as long as the time
/// before it. Terms beyond kMemory steps are below the resolution of float32.
class AdamClock {
 public:
  /// Steps after which a term is negligible.
  static constexpr std::size_t kMemory = 200;
  /// Rows whose last gradient was before this step are advanced in several legs.
  static constexpr std::size_t kEarly = 64;

  /// Begins the next step and returns its sizes.
  simd::AdamStep tick(double learning_rate);

  /// Returns the number of steps so far.
  std::size_t now() const { return bias_.size(); }

  /// The update of a row after step `since` (at least 1) up to step `until`, which is now() or an
  /// earlier step from which to call leg() again.
  struct Leg {
    simd::AdamCoast coast;
    std::size_t until;
  };
  /// Returns the next update of a row that had its last gradient, or its last leg, at step `since`.
  Leg leg(std::size_t since);

 private:
  /// The weights and epsilons of an AdamCoast.
  struct Quadrature {
    float weight[2], epsilon[2];
  };
  void prepare();

  std::vector<double> bias_;          ///< rate / (1 - b1^k), by step k from 1 on.
  std::vector<double> scale_;         ///< sqrt(1 - b2^k), by step k from 1 on.
  std::vector<Quadrature> early_;     ///< By last step, below kEarly: the first leg after it.
  std::vector<Quadrature> complete_;  ///< By last step: the sum of all kMemory terms.
  std::vector<Quadrature> recent_;    ///< By now() - last step, up to kMemory.
  std::size_t prepared_ = 0;          ///< The value of now() for which recent_ was computed.
};

}  // namespace m2v::train
