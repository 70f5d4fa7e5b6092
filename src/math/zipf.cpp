#include "math/zipf.h"

namespace m2v::math {

std::vector<double> zipf_probabilities(std::size_t count) {
  double sum = 0;
  for (std::size_t i = count; i-- > 0;)
    sum += 1.0 / static_cast<double>(i + 2);  // the smallest first, to reduce rounding errors
  std::vector<double> probabilities(count);
  for (std::size_t i = 0; i < count; ++i) {
    probabilities[i] = 1.0 / static_cast<double>(i + 2) / sum;
  }
  return probabilities;
}

std::vector<double> sif_weights(std::vector<double> probabilities,
                                std::optional<double> coefficient) {
  for (double& value : probabilities) {
    value = coefficient ? *coefficient / (*coefficient + value) : 1.0;
  }
  return probabilities;
}

}  // namespace m2v::math
