#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <random>
#include <vector>

namespace m2v::test {

/// Normally distributed, with a deviation of `scale`.
inline std::vector<float> random_values(std::size_t count, unsigned seed, float scale = 1) {
  std::mt19937 random(seed);
  std::normal_distribution<float> normal(0, scale);
  std::vector<float> values(count);
  for (float& value : values) value = normal(random);
  return values;
}

/// A copy in memory of its own, so that sanitizers see every access beyond it.
template <typename T>
std::unique_ptr<T[]> exact(const std::vector<T>& values) {
  auto copy = std::make_unique<T[]>(values.size());
  std::copy(values.begin(), values.end(), copy.get());
  return copy;
}

}  // namespace m2v::test
