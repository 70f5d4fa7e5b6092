#include "index/rotation.h"

#include <bit>
#include <cmath>

namespace m2v::index {
namespace {

constexpr std::size_t kRounds = 4;

/// SplitMix64 (Steele, Lea and Flood, 2014).
std::uint64_t next_random(std::uint64_t& state) {
  std::uint64_t z = state += 0x9e3779b97f4a7c15;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

/// The Walsh-Hadamard transform of `size` values, a power of two, scaled to preserve the norm.
void transform(float* values, std::size_t size) {
  for (std::size_t half = 1; half < size; half *= 2) {
    for (std::size_t begin = 0; begin < size; begin += 2 * half) {
      float* const left = values + begin;
      float* const right = left + half;
      for (std::size_t i = 0; i < half; ++i) {
        const float a = left[i], b = right[i];
        left[i] = a + b;
        right[i] = a - b;
      }
    }
  }
  const float scale = 1 / std::sqrt(static_cast<float>(size));
  for (std::size_t i = 0; i < size; ++i) values[i] *= scale;
}

}  // namespace

Rotation::Rotation(std::size_t dim)
    : dim_(dim), power_(std::bit_floor(dim)), signs_(kRounds * dim) {
  std::uint64_t state = dim;
  for (float& sign : signs_) sign = (next_random(state) >> 63) != 0 ? 1.0f : -1.0f;
}

void Rotation::apply(float* values) const noexcept {
  const float* sign = signs_.data();
  for (std::size_t round = 0; round < kRounds; ++round, sign += dim_) {
    for (std::size_t i = 0; i < dim_; ++i) values[i] *= sign[i];
    transform(round % 2 == 0 ? values : values + (dim_ - power_), power_);
  }
}

}  // namespace m2v::index
