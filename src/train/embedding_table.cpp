#include "train/embedding_table.h"

#include <algorithm>
#include <cstring>
#include <numeric>
#include <utility>

#include "base/thread_pool.h"

namespace m2v::train {
namespace {

/// Rows per task of a parallel loop.
constexpr std::size_t kRowsPerTask = 64;

}  // namespace

EmbeddingTable::EmbeddingTable(MatrixView values, bool frozen)
    : dim_(values.cols),
      stride_(simd::padded_stride(values.cols)),
      frozen_(frozen),
      values_(values.rows * stride_),
      last_(values.rows) {
  for (std::size_t r = 0; r < values.rows; ++r) {
    std::ranges::copy(values.row(r), values_.data() + r * stride_);
  }
  if (frozen_) return;
  first_ = Floats(values_.size());
  second_ = Floats(values_.size());
  snapshot_ = Floats(values_.size());
}

void EmbeddingTable::catch_up(std::span<const std::uint32_t> rows, AdamClock& clock,
                              unsigned threads) {
  if (frozen_) return;
  std::vector<std::uint32_t> late;
  for (const std::uint32_t row : rows) {
    if (last_[row] != 0 && last_[row] < clock.now()) late.push_back(row);
  }
  while (!late.empty()) {
    coasts_.resize(late.size());
    for (std::size_t r = 0; r < late.size(); ++r) {
      const AdamClock::Leg leg = clock.leg(last_[late[r]]);
      coasts_[r] = leg.coast;
      last_[late[r]] = static_cast<std::uint32_t>(leg.until);
    }
    base::parallel_for(
        base::blocks_of(late.size(), kRowsPerTask), threads, [&](std::size_t block, unsigned) {
          const std::size_t first = block * kRowsPerTask;
          simd::coast_rows(state(), stride_, late.data() + first,
                           std::min(kRowsPerTask, late.size() - first), coasts_.data() + first);
        });
    std::erase_if(late, [&](std::uint32_t row) { return last_[row] == clock.now(); });
  }
}

void EmbeddingTable::catch_up_all(AdamClock& clock, unsigned threads) {
  std::vector<std::uint32_t> all(rows());
  std::iota(all.begin(), all.end(), 0);
  catch_up(all, clock, threads);
}

void EmbeddingTable::step(const simd::AdamStep& step, const AdamClock& clock,
                          const BatchTokens& batch, const float* gradients, std::size_t first,
                          std::size_t last) {
  const auto rows = batch.rows().subspan(first, last - first);
  simd::adam_rows(step, {.state = state(),
                         .stride = stride_,
                         .rows = rows.data(),
                         .count = rows.size(),
                         .offsets = batch.row_offsets() + first,
                         .sources = batch.sources(),
                         .scales = batch.scales(),
                         .gradients = gradients});
  for (const std::uint32_t row : rows) last_[row] = static_cast<std::uint32_t>(clock.now());
}

void EmbeddingTable::snapshot() {
  if (!frozen_) std::memcpy(snapshot_.data(), values_.data(), values_.size() * sizeof(float));
}

void EmbeddingTable::restore() {
  if (frozen_) return;
  values_ = std::move(snapshot_);
  first_ = {};
  second_ = {};
}

}  // namespace m2v::train
