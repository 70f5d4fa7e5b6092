#include <algorithm>
#include <cmath>
#include <limits>

#include "base/thread_pool.h"
#include "simd/adam.h"
#include "simd/product.h"
#include "train/objective.h"

namespace m2v::train {
namespace {

/// The unit vectors of one side's texts, [padded rows, width], and the norms of the original
/// vectors.
struct Side {
  std::vector<float> vectors, norms;

  Side(const float* values, std::size_t count, std::size_t width)
      : vectors(simd::padded_rows(count) * width), norms(count) {
    std::copy_n(values, count * width, vectors.data());
    simd::normalize_rows(vectors.data(), count, width, norms.data());
  }
};

/// Returns the contribution of one anchor to the loss, and replaces its row of cosines by the
/// gradients with respect to them.
double anchor_loss(const PairTargets& targets, std::span<const std::size_t> examples,
                   std::size_t anchor, float* cosines) {
  const std::size_t count = examples.size();
  const double sharpness = 1.0 / targets.temperature;
  const auto is_negative = [&](std::size_t other) {
    return targets.first[examples[other]] != targets.first[examples[anchor]] &&
           targets.second[examples[other]] != targets.second[examples[anchor]];
  };
  std::vector<double> powers(count);
  double best = -std::numeric_limits<double>::infinity(), sum = 0;
  for (std::size_t other = 0; other < count; ++other) {
    const bool counts = other == anchor || is_negative(other);
    powers[other] = counts ? cosines[other] * sharpness : -std::numeric_limits<double>::infinity();
    best = std::max(best, powers[other]);
  }
  const double right = powers[anchor];
  for (double& power : powers) sum += power = std::exp(power - best);
  const double scale = sharpness / static_cast<double>(count);
  for (std::size_t other = 0; other < count; ++other) {
    const double chance = powers[other] / sum;
    cosines[other] = static_cast<float>(scale * (chance - (other == anchor ? 1 : 0)));
  }
  return (std::log(sum) + best - right) / static_cast<double>(count);
}

}  // namespace

Loss pair_loss(const PairTargets& targets, const Outputs& outputs, float* gradients) {
  constexpr std::size_t kGroup = simd::kRowGroup;
  const std::size_t count = outputs.examples.size(), width = outputs.width;
  const std::size_t padded = simd::padded_rows(count);
  const Side first(outputs.values, count, width);
  const Side second(outputs.values + count * width, count, width);

  // Cosines of all first texts with all second ones, padded with zeros.
  std::vector<float> packed(simd::padded_columns(padded) * width);
  simd::pack_columns(second.vectors.data(), width, 0, padded, packed.data());
  std::vector<float> cosines(padded * padded);
  std::vector<double> losses(padded);
  base::parallel_for(padded / kGroup, outputs.threads, [&](std::size_t group, unsigned) {
    const std::size_t begin = group * kGroup;
    simd::multiply(first.vectors.data() + begin * width, packed.data(),
                   {.rows = kGroup, .depth = width, .columns = padded}, {},
                   cosines.data() + begin * padded);
    for (std::size_t a = begin; a < begin + kGroup; ++a) {
      float* row = cosines.data() + a * padded;
      if (a < count) losses[a] = anchor_loss(targets, outputs.examples, a, row);
      std::fill_n(row + (a < count ? count : 0), padded - (a < count ? count : 0), 0.0f);
    }
  });
  Loss sum;
  for (const double loss : losses) sum.loss += loss;
  if (gradients == nullptr) return sum;

  // Gradients with respect to the unit vectors of both sides, and from them with respect to the
  // outputs.
  std::vector<float> packed_first(simd::padded_columns(width) * padded),
      packed_second(packed_first);
  simd::pack_rows(first.vectors.data(), padded, width, 0, padded, packed_first.data());
  simd::pack_rows(second.vectors.data(), padded, width, 0, padded, packed_second.data());
  const simd::ProductShape shape{.rows = kGroup, .depth = padded, .columns = width};
  base::parallel_for(padded / kGroup, outputs.threads, [&](std::size_t group, unsigned) {
    const std::size_t begin = group * kGroup, rows = std::min(kGroup, count - begin);
    std::vector<float> moved(kGroup * width);
    simd::multiply(cosines.data() + begin * padded, packed_second.data(), shape, {}, moved.data());
    simd::normalize_rows_backward(first.vectors.data() + begin * width, first.norms.data() + begin,
                                  rows, width, moved.data());
    std::copy_n(moved.data(), rows * width, gradients + begin * width);
    simd::multiply_transposed(cosines.data() + begin, padded, packed_first.data(), shape,
                              moved.data());
    simd::normalize_rows_backward(second.vectors.data() + begin * width,
                                  second.norms.data() + begin, rows, width, moved.data());
    std::copy_n(moved.data(), rows * width, gradients + (count + begin) * width);
  });
  return sum;
}

}  // namespace m2v::train
