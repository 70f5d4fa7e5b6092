#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace m2v::search {

/// A fixed orthogonal map that spreads what a vector has over all of its values, so that their
/// signs tell about equally much: random signs and Walsh-Hadamard transforms of the first and of
/// the last 2^n values in turn, which takes dim * log(dim) steps (as in Gao and Long's RaBitQ
/// library). The same for a width on every machine.
class Rotation {
 public:
  explicit Rotation(std::size_t dim);
  void apply(float* values) const noexcept;

 private:
  std::size_t dim_;
  std::size_t power_;  // the largest power of two that is not larger
  std::vector<float> signs_;
};

}  // namespace m2v::search
