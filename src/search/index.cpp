#include "m2v/index.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <string>
#include <utility>

#include "core/thread_pool.h"
#include "search/top_k.h"
#include "search/vector_blocks.h"
#include "simd/distance.h"

namespace m2v {
namespace {

using search::TopK;
using search::VectorBlocks;

/// Queries that share one pass over the rows; with their scores for a block they stay in the cache.
constexpr std::size_t kQueryTile = 64;
/// Rows scored by one call of the kernel.
constexpr std::size_t kRowTile = 256;
constexpr float kLowest = std::numeric_limits<float>::lowest();

void check_values(MatrixView vectors, std::size_t dim, const char* what) {
  if (vectors.cols != dim) {
    throw std::invalid_argument(std::string(what) + " of " + std::to_string(vectors.cols) +
                                " values for an index of " + std::to_string(dim));
  }
  for (std::size_t r = 0; r < vectors.rows; ++r) {
    const auto row = vectors.row(r);
    if (!std::all_of(row.begin(), row.end(), [](float x) { return std::isfinite(x); })) {
      throw std::invalid_argument(std::string(what) + ": row " + std::to_string(r) +
                                  " has a value that is not finite");
    }
  }
}

/// A dot product in float64, clamped to float32's range: for sums that overflow on the way.
float wide_dot(const float* a, const float* b, std::size_t dim) {
  double sum = 0;
  for (std::size_t i = 0; i < dim; ++i) sum += static_cast<double>(a[i]) * b[i];
  constexpr double kMax = std::numeric_limits<float>::max();
  return static_cast<float>(std::clamp(sum, -kMax, kMax));
}

/// Queries as the kernel reads them.
struct PreparedQueries {
  std::size_t count;
  search::AlignedFloats values;

  PreparedQueries(MatrixView queries, std::size_t stride, bool normalize)
      : count(queries.rows), values(count * stride) {
    for (std::size_t q = 0; q < count; ++q) {
      search::copy_vector(queries.data + q * queries.cols, queries.cols, stride, normalize,
                          values.data() + q * stride);
    }
  }
};

/// What a thread keeps while it scans: the best hits so far of every query of the tile.
struct Scratch {
  std::vector<TopK> best;
  std::vector<float> scores;
};

}  // namespace

struct Index::Impl {
  std::size_t dim;
  Metric metric;
  VectorBlocks vectors;
  std::vector<std::uint64_t> ids;

  Impl(std::size_t width, Metric kind) : dim(width), metric(kind), vectors(width) {}

  void scan_block(std::size_t block, const float* queries, std::size_t query_count,
                  Scratch& scratch) const;
  void offer(const float* row, const float* query, std::uint64_t id, float score, TopK& best) const;
  void search_tile(MatrixView queries, std::size_t k, unsigned threads,
                   std::span<std::vector<Hit>> results) const;
};

Index::Index(std::size_t dim, Metric metric) {
  if (dim == 0) throw std::invalid_argument("an index needs vectors of at least one value");
  if (dim > std::numeric_limits<std::uint32_t>::max()) {
    throw std::invalid_argument("an index of " + std::to_string(dim) + " values a vector");
  }
  impl_ = std::make_unique<Impl>(dim, metric);
}
Index::~Index() = default;
Index::Index(Index&&) noexcept = default;
Index& Index::operator=(Index&&) noexcept = default;

std::size_t Index::size() const noexcept { return impl_->ids.size(); }
std::size_t Index::dim() const noexcept { return impl_->dim; }

void Index::add(std::span<const std::uint64_t> ids, MatrixView vectors) {
  if (ids.size() != vectors.rows) {
    throw std::invalid_argument(std::to_string(ids.size()) + " ids for " +
                                std::to_string(vectors.rows) + " vectors");
  }
  if (ids.empty()) return;
  check_values(vectors, impl_->dim, "vectors");
  std::vector<std::uint64_t>& all = impl_->ids;
  const std::size_t needed = all.size() + ids.size();
  if (needed > all.capacity()) all.reserve(std::max(needed, all.capacity() * 2));
  impl_->vectors.append(vectors, impl_->metric == Metric::kCosine);
  all.insert(all.end(), ids.begin(), ids.end());  // cannot fail: room is reserved
}

std::vector<Hit> Index::search(std::span<const float> query, std::size_t k,
                               const SearchOptions& options) const {
  return std::move(search(MatrixView(query.data(), 1, query.size()), k, options).front());
}

std::vector<std::vector<Hit>> Index::search(MatrixView queries, std::size_t k,
                                            const SearchOptions& options) const {
  std::vector<std::vector<Hit>> results(queries.rows);
  if (queries.rows == 0) return results;
  check_values(queries, impl_->dim, "queries");
  k = std::min(k, size());
  if (k == 0) return results;
  for (std::size_t q = 0; q < queries.rows; q += kQueryTile) {
    const std::size_t count = std::min(kQueryTile, queries.rows - q);
    const MatrixView tile(queries.data + q * queries.cols, count, queries.cols);
    impl_->search_tile(tile, k, options.threads, std::span(results).subspan(q, count));
  }
  return results;
}

/// Every block against all queries of the tile, so that the rows are read from memory once.
void Index::Impl::search_tile(MatrixView queries, std::size_t k, unsigned threads,
                              std::span<std::vector<Hit>> results) const {
  const PreparedQueries prepared(queries, vectors.stride(), metric == Metric::kCosine);
  const auto workers = std::min<std::size_t>(core::thread_count(threads), vectors.block_count());
  std::vector<Scratch> scratch(workers);
  for (Scratch& one : scratch) {
    one.best.assign(queries.rows, TopK(k));
    one.scores.resize(queries.rows * kRowTile);
  }
  core::parallel_for(vectors.block_count(), static_cast<unsigned>(workers),
                     [&](std::size_t block, unsigned worker) {
                       scan_block(block, prepared.values.data(), queries.rows, scratch[worker]);
                     });
  for (std::size_t q = 0; q < queries.rows; ++q) {
    std::vector<Hit>& merged = results[q];
    for (const Scratch& one : scratch) {
      merged.insert(merged.end(), one.best[q].hits().begin(), one.best[q].hits().end());
    }
    std::sort(merged.begin(), merged.end(), search::better);
    merged.resize(std::min(merged.size(), k));
  }
}

void Index::Impl::scan_block(std::size_t block, const float* queries, std::size_t query_count,
                             Scratch& scratch) const {
  const std::size_t stride = vectors.stride();
  const std::size_t first = block * vectors.rows_per_block();
  const std::size_t block_size = vectors.block_size(block);
  for (std::size_t begin = 0; begin < block_size; begin += kRowTile) {
    const std::size_t count = std::min(kRowTile, block_size - begin);
    const float* rows = vectors.block(block) + begin * stride;
    float* scores = scratch.scores.data();
    simd::dot_products(rows, count, queries, query_count, stride, scores);
    for (std::size_t q = 0; q < query_count; ++q, scores += count) {
      TopK& best = scratch.best[q];
      for (std::size_t r = 0; r < count; ++r) {
        // What overflowed, NaN too, needs a second look.
        if (scores[r] < best.threshold() && scores[r] >= kLowest) continue;
        offer(rows + r * stride, queries + q * stride, ids[first + begin + r], scores[r], best);
      }
    }
  }
}

void Index::Impl::offer(const float* row, const float* query, std::uint64_t id, float score,
                        TopK& best) const {
  if (!std::isfinite(score)) score = wide_dot(row, query, dim);
  if (metric == Metric::kCosine) score = std::clamp(score, -1.0f, 1.0f);
  best.offer({id, score});
}

}  // namespace m2v
