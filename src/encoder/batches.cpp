#include "encoder/batches.h"

#include <algorithm>
#include <numeric>

#include "simd/product.h"

namespace m2v::encoder {

std::size_t Batch::padded_rows() const noexcept {
  return (rows() + simd::kRowGroup - 1) / simd::kRowGroup * simd::kRowGroup;
}

std::size_t batch_size(std::size_t length) noexcept {
  constexpr std::size_t kRows = 32 * simd::kRowGroup;
  return std::max<std::size_t>(1, kRows / length);
}

std::vector<Batch> plan_batches(std::span<const Sequence> sequences) {
  std::vector<std::size_t> order(sequences.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, {}, [&](std::size_t i) { return sequences[i].size(); });
  std::vector<Batch> batches;
  for (const std::size_t i : order) {
    const std::size_t length = sequences[i].size();
    if (batches.empty() || batches.back().length != length ||
        batches.back().sequences.size() == batch_size(length)) {
      batches.push_back({.sequences = {}, .places = {}, .length = length});
    }
    batches.back().sequences.push_back(&sequences[i]);
    batches.back().places.push_back(i);
  }
  return batches;
}

}  // namespace m2v::encoder
