#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <random>
#include <vector>

namespace m2v::test {

/// Returns normally distributed values with mean 0 and standard deviation `scale`.
inline std::vector<float> random_values(std::size_t count, unsigned seed, float scale = 1) {
  std::mt19937 random(seed);
  std::normal_distribution<float> normal(0, scale);
  std::vector<float> values(count);
  for (float& value : values) value = normal(random);
  return values;
}

/// Returns a copy in a heap block of its exact size, so that sanitizers detect accesses beyond it.
template <typename T>
std::unique_ptr<T[]> exact(const std::vector<T>& values) {
  auto copy = std::make_unique<T[]>(values.size());
  std::copy(values.begin(), values.end(), copy.get());
  return copy;
}

}  // namespace m2v::test
