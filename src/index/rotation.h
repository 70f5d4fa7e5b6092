#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace m2v::index {

/// A fixed orthogonal transform that spreads a vector's energy over all of its values, so that
/// their signs carry about the same amount of information. It alternates random signs and
/// Walsh-Hadamard transforms of the first and of the last 2^n values, which takes dim * log(dim)
/// steps (as in Gao and Long's RaBitQ library). It depends only on the dimension and is the same on
/// every machine.
class Rotation {
 public:
  /// Precondition: dim > 0.
  explicit Rotation(std::size_t dim);
  /// Transforms a vector of dim values in place.
  void apply(float* values) const noexcept;

 private:
  std::size_t dim_;
  std::size_t power_;  // the largest power of two <= dim_
  std::vector<float> signs_;
};

}  // namespace m2v::index
