#include "encoder/batches.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <utility>

#include "simd/product.h"

namespace m2v::encoder {

std::size_t Batch::padded_rows() const noexcept { return simd::padded_rows(rows()); }

DistinctRows::DistinctRows(
    const Batch& batch, const std::function<std::vector<std::size_t>(const Sequence&)>& positions) {
  std::map<std::pair<std::size_t, std::uint32_t>, std::size_t> known;
  for (const Sequence* sequence : batch.sequences) {
    const std::vector<std::size_t> all = positions(*sequence);
    for (std::size_t i = 0; i < batch.length; ++i) {
      const std::uint32_t id = (*sequence)[i];
      const std::size_t position = all[i];
      const auto [found, is_new] = known.try_emplace({position, id}, rows.size());
      if (is_new) rows.push_back({.id = id, .position = position});
      locations.push_back(found->second);
    }
  }
}

void DistinctRows::spread(float* x, std::size_t width) const {
  // locations[row] <= row for every row, so going backwards never overwrites a row that is still to
  // be copied.
  for (std::size_t row = locations.size(); row-- > 0;) {
    if (locations[row] != row) std::copy_n(x + locations[row] * width, width, x + row * width);
  }
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
      batches.push_back({.sequences = {}, .locations = {}, .length = length});
    }
    batches.back().sequences.push_back(&sequences[i]);
    batches.back().locations.push_back(i);
  }
  return batches;
}

}  // namespace m2v::encoder
