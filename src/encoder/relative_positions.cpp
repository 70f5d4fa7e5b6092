#include "encoder/relative_positions.h"

#include <algorithm>
#include <cmath>

namespace m2v::encoder {

std::size_t t5_bucket(std::ptrdiff_t distance, std::size_t buckets, std::size_t max_distance) {
  const std::size_t half = buckets / 2, exact = half / 2;
  const std::size_t side = distance > 0 ? half : 0;
  const auto size = static_cast<std::size_t>(std::abs(distance));
  if (size < exact) return side + size;
  // In float32, as in training: rounding matters at the edges of the buckets.
  const float ratio =
      std::log(static_cast<float>(size) / static_cast<float>(exact)) /
      static_cast<float>(std::log(static_cast<double>(max_distance) / static_cast<double>(exact)));
  const auto steps = static_cast<std::size_t>(ratio * static_cast<float>(half - exact));
  return side + std::min(exact + steps, half - 1);
}

std::vector<float> RelativeBias::table(std::size_t length) const {
  std::vector<float> result(heads * length * length);
  for (std::size_t i = 0; i < length; ++i) {
    for (std::size_t j = 0; j < length; ++j) {
      const auto distance = static_cast<std::ptrdiff_t>(j) - static_cast<std::ptrdiff_t>(i);
      const std::size_t bucket = t5_bucket(distance, buckets, max_distance);
      for (std::size_t h = 0; h < heads; ++h) {
        result[(h * length + i) * length + j] = values[bucket * heads + h];
      }
    }
  }
  return result;
}

unsigned DebertaDistances::index(std::ptrdiff_t distance) const {
  const auto middle = static_cast<std::ptrdiff_t>(buckets / 2);
  std::ptrdiff_t location = distance;
  if (buckets > 0 && std::abs(distance) > middle) {
    // In float32, as in training: rounding matters at the edges of the buckets.
    const auto half = static_cast<float>(middle);
    const float ratio = std::log(static_cast<float>(std::abs(distance)) / half) /
                        std::log(static_cast<float>(static_cast<double>(max_distance - 1) / half));
    location = static_cast<std::ptrdiff_t>(std::ceil(ratio * (half - 1))) + middle;
    if (distance < 0) location = -location;
  }
  const auto end = static_cast<std::ptrdiff_t>(span);
  return static_cast<unsigned>(std::clamp<std::ptrdiff_t>(location + end, 0, 2 * end - 1));
}

std::vector<unsigned> DebertaDistances::table(std::size_t length) const {
  std::vector<unsigned> result;
  result.reserve(length * length);
  for (std::size_t i = 0; i < length; ++i) {
    for (std::size_t j = 0; j < length; ++j) {
      result.push_back(index(static_cast<std::ptrdiff_t>(i) - static_cast<std::ptrdiff_t>(j)));
    }
  }
  return result;
}

}  // namespace m2v::encoder
