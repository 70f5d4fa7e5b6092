#pragma once

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

#include "m2v/index.h"

namespace m2v::test {

/// Returns a matrix of standard normal values.
inline Matrix random_matrix(std::size_t rows, std::size_t cols, unsigned seed) {
  std::mt19937 random(seed);
  std::normal_distribution<float> normal;
  Matrix matrix{std::vector<float>(rows * cols), rows, cols};
  for (float& value : matrix.data) value = normal(random);
  return matrix;
}

/// Returns `count` consecutive ids.
inline std::vector<std::uint64_t> ids_from(std::uint64_t first, std::size_t count) {
  std::vector<std::uint64_t> ids(count);
  std::iota(ids.begin(), ids.end(), first);
  return ids;
}

/// Returns an index of the vectors, whose ids are their row numbers.
inline Index index_of(const Matrix& vectors, Metric metric = Metric::kCosine,
                      IndexDType dtype = IndexDType::kFloat32) {
  Index index(vectors.cols, metric, dtype);
  index.add(ids_from(0, vectors.rows), vectors);
  return index;
}

/// Returns whether the ids and scores are equal, in the same order.
inline bool same(const std::vector<Hit>& a, const std::vector<Hit>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const Hit& x, const Hit& y) { return x.id == y.id && x.score == y.score; });
}

/// Returns the message of the std::invalid_argument that a call throws, or an empty string if it
/// throws none.
std::string message_of(const auto& call) {
  try {
    call();
  } catch (const std::invalid_argument& error) {
    return error.what();
  }
  return "";
}

}  // namespace m2v::test
