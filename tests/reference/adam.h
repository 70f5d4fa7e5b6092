#pragma once

#include <cmath>
#include <cstddef>
#include <vector>

// Adam exactly as in the paper (Kingma and Ba 2015), one value and one step at a time, in float64.
namespace m2v::reference {

/// One parameter, with the moving averages of its gradient and its squared gradient.
struct AdamValue {
  double value = 0, first = 0, second = 0;

  /// Performs step t, from 1.
  void step(double gradient, double learning_rate, std::size_t t) {
    const auto time = static_cast<double>(t);
    first = 0.9 * first + 0.1 * gradient;
    second = 0.999 * second + 0.001 * gradient * gradient;
    const double mean = first / (1 - std::pow(0.9, time));
    const double variance = second / (1 - std::pow(0.999, time));
    value -= learning_rate * mean / (std::sqrt(variance) + 1e-8);
  }
};

}  // namespace m2v::reference
