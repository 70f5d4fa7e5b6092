#include "math/zipf.h"

namespace m2v::math {

std::vector<double> zipf_weights(std::size_t count, std::optional<double> coefficient) {
  std::vector<double> weights(count, 1.0);
  if (!coefficient) return weights;
  double sum = 0;
  for (std::size_t i = count; i-- > 0;)
    sum += 1.0 / static_cast<double>(i + 2);  // small ones first
  for (std::size_t i = 0; i < count; ++i) {
    const double probability = 1.0 / static_cast<double>(i + 2) / sum;
    weights[i] = *coefficient / (*coefficient + probability);
  }
  return weights;
}

}  // namespace m2v::math
