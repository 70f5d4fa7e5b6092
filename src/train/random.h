#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

namespace m2v::train {

/// A small pseudorandom generator that gives the same numbers for the same seed on every platform
/// (xoshiro256++, Blackman and Vigna, seeded by splitmix64).
class Random {
 public:
  explicit Random(std::uint64_t seed) {
    for (std::uint64_t& word : state_) {
      seed += 0x9E3779B97F4A7C15;
      std::uint64_t mixed = seed;
      mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
      mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
      word = mixed ^ (mixed >> 31);
    }
  }

  /// Returns 64 random bits.
  std::uint64_t next() {
    const std::uint64_t result = std::rotl(state_[0] + state_[3], 23) + state_[0];
    const std::uint64_t shifted = state_[1] << 17;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= shifted;
    state_[3] = std::rotl(state_[3], 45);
    return result;
  }

  /// Returns a uniform number in [0, 1) with a resolution of 24 bits.
  float uniform() { return static_cast<float>(next() >> 40) * 0x1p-24f; }

  /// Returns a uniform integer below `limit`, which is at least 1.
  std::size_t below(std::size_t limit) {
    // 2^64 mod limit. Numbers below it are rejected, for otherwise some results would be more
    // frequent.
    const std::uint64_t uneven = -limit % limit;
    std::uint64_t number = next();
    while (number < uneven) number = next();
    return number % limit;
  }

  template <typename T>
  void shuffle(std::span<T> values) {
    for (std::size_t i = values.size(); i > 1; --i) std::swap(values[i - 1], values[below(i)]);
  }

 private:
  std::uint64_t state_[4];
};

}  // namespace m2v::train
