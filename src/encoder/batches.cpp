#include "encoder/batches.h"

#include <algorithm>
#include <numeric>

#include "encoder/linear.h"

namespace m2v::encoder {
namespace {

std::size_t padded(std::size_t rows) { return (rows + kBlockRows - 1) / kBlockRows * kBlockRows; }

}  // namespace

std::size_t Batch::padded_rows() const noexcept { return padded(rows()); }

std::size_t batch_size(std::size_t length) noexcept {
  constexpr std::size_t kMostRows = 4 * kBlockRows;
  constexpr double kGoodFill = 0.97;
  std::size_t best = 1;
  double best_fill = 0;
  for (std::size_t count = 1; count == 1 || count * length <= kMostRows; ++count) {
    const double fill =
        static_cast<double>(count * length) / static_cast<double>(padded(count * length));
    if (fill > best_fill) {
      best = count;
      best_fill = fill;
    }
    if (fill >= kGoodFill) break;
  }
  return best;
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
