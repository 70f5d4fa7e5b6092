#include "index/scan.h"

#include <algorithm>
#include <bit>
#include <utility>

#include "base/thread_pool.h"
#include "index/candidates.h"
#include "index/queries.h"
#include "index/top_k.h"
#include "simd/product.h"

namespace m2v::index {
namespace {

/// The number of rows scored by one call of a kernel, a multiple of the matrix product's groups.
constexpr std::size_t kRowTile = 252;
static_assert(kRowTile % simd::kRowGroup == 0);

Group group_of(const StoredColumn* column, std::size_t row) {
  if (column == nullptr) return {};
  if (const auto* strings = std::get_if<StringColumn>(&column->data)) {
    const std::uint32_t code = strings->codes[row];
    return code == 0 ? Group{row, true} : Group{code};
  }
  const auto& numbers = std::get<NumberColumn<std::int64_t>>(column->data);
  if (numbers.present[row] == 0) return {row, true};
  return {static_cast<std::uint64_t>(numbers.values[row])};
}

/// Returns at most `count` of the rows, from `begin` on.
simd::Picked part(const simd::Picked& rows, std::size_t begin, std::size_t count) {
  simd::Picked some = rows;
  some.count = std::min(count, rows.count - begin);
  if (rows.picks != nullptr) {
    some.picks += begin;
  } else {
    some.rows.data += begin * rows.rows.stride * dtype_size(rows.rows.dtype);
    if (rows.rows.scales != nullptr) some.rows.scales += begin;
  }
  return some;
}

/// The state of one thread.
struct Worker {
  std::vector<TopK> best;         // one per query
  std::vector<float> thresholds;  // one per query; rows with lower kernel scores cannot be hits
  std::vector<std::uint64_t> marks;
  std::vector<std::uint32_t> picks;
  base::AlignedBuffer<float> scores;
  base::AlignedBuffer<float> widened;  // rows for the matrix product
};

/// One pass over the rows: kernels score all of them approximately, and those that may be among the
/// best are then scored exactly.
class Scan {
 public:
  Scan(const Contents& contents, const Queries& queries, const Request& request)
      : contents_(contents), queries_(queries), request_(request) {}

  /// Scans all rows that meet the request's condition.
  void all_rows() {
    const std::size_t block_rows = contents_.rows.rows_per_block();
    run(base::blocks_of(contents_.size(), block_rows), [&](std::size_t block, Worker& worker) {
      const std::size_t first = block * block_rows;
      const std::size_t count = std::min(block_rows, contents_.size() - first);
      score(block, pick(block, first, count, worker), worker);
    });
  }

  /// Scans the given rows, which are in ascending order.
  void these_rows(const std::vector<std::uint32_t>& rows) {
    const std::size_t block_rows = contents_.rows.rows_per_block();
    const std::size_t blocks = base::blocks_of(contents_.size(), block_rows);
    std::vector<std::size_t> begins{0};
    std::vector<std::uint32_t> in_block(rows.size());
    for (std::size_t block = 0, i = 0; block < blocks; ++block) {
      for (; i < rows.size() && rows[i] < (block + 1) * block_rows; ++i) {
        in_block[i] = static_cast<std::uint32_t>(rows[i] - block * block_rows);
      }
      begins.push_back(i);
    }
    run(blocks, [&](std::size_t block, Worker& worker) {
      const std::size_t begin = begins[block], count = begins[block + 1] - begin;
      score(block, {contents_.rows.block(block), in_block.data() + begin, count}, worker);
    });
  }

  void merge(std::span<std::vector<Hit>> results) const {
    for (std::size_t q = 0; q < results.size(); ++q) {
      TopK merged = empty_top();
      for (const Worker& worker : workers_) {
        for (const GroupedHit& hit : worker.best[q].hits()) merged.offer(hit);
      }
      results[q].assign(merged.hits().begin(), merged.hits().end());
      std::sort(results[q].begin(), results[q].end(), better);
    }
  }

 private:
  TopK empty_top() const {
    return {request_.k, request_.options.min_score, request_.group_by != nullptr};
  }

  template <class Task>
  void run(std::size_t blocks, const Task& task) {
    const std::size_t count = queries_.count(), stride = contents_.rows.stride();
    workers_.resize(std::min<std::size_t>(base::thread_count(request_.options.threads), blocks));
    for (Worker& worker : workers_) {
      worker.best.assign(count, empty_top());
      worker.thresholds.resize(count);
      for (std::size_t q = 0; q < count; ++q) update_threshold(q, worker);
      worker.marks.resize(kRowTile);
      worker.scores = base::AlignedBuffer<float>(kRowTile * count);
      if (queries_.packed() != nullptr)
        worker.widened = base::AlignedBuffer<float>(kRowTile * stride);
    }
    base::parallel_for(blocks, static_cast<unsigned>(workers_.size()),
                       [&](std::size_t block, unsigned worker) { task(block, workers_[worker]); });
  }

  /// Returns the block's rows that meet the condition. The result may point into `worker`.
  simd::Picked pick(std::size_t block, std::size_t first, std::size_t count, Worker& worker) const {
    simd::Picked all{contents_.rows.block(block), nullptr, count};
    if (request_.condition.holds_for_all()) return all;
    std::vector<std::uint64_t> marks(base::blocks_of(count, 64));
    request_.condition.mark(first, count, marks.data());
    worker.picks.clear();
    for (std::size_t i = 0; i < marks.size(); ++i) {
      for (std::uint64_t left = marks[i]; left != 0; left &= left - 1) {
        worker.picks.push_back(static_cast<std::uint32_t>(i * 64 + std::countr_zero(left)));
      }
    }
    if (worker.picks.size() == count) return all;
    return {all.rows, worker.picks.data(), worker.picks.size()};
  }

  void score(std::size_t block, const simd::Picked& rows, Worker& worker) const {
    const std::size_t first = block * contents_.rows.rows_per_block();
    for (std::size_t begin = 0; begin < rows.count; begin += kRowTile) {
      const simd::Picked some = part(rows, begin, kRowTile);
      const std::size_t from = first + (rows.picks == nullptr ? begin : 0);
      if (queries_.packed() != nullptr) {
        score_by_product(some, from, worker);
      } else {
        score_each(some, from, worker);
      }
    }
  }

  void score_each(const simd::Picked& rows, std::size_t first, Worker& worker) const {
    for (std::size_t q = 0; q < queries_.count(); ++q) {
      float* const scores = worker.scores.data();
      simd::dot_rows(rows, queries_.row_query(q), scores);
      simd::mark_scores(scores, rows.count, worker.thresholds[q], worker.marks.data());
      for (std::size_t i = 0; i < base::blocks_of(rows.count, 64); ++i) {
        for (std::uint64_t left = worker.marks[i]; left != 0; left &= left - 1) {
          const std::size_t r = i * 64 + static_cast<std::size_t>(std::countr_zero(left));
          offer(q, first + (rows.picks == nullptr ? r : rows.picks[r]), scores[r], worker);
        }
      }
    }
  }

  void score_by_product(const simd::Picked& rows, std::size_t first, Worker& worker) const {
    const std::size_t count = queries_.count(), depth = contents_.rows.stride();
    const std::size_t padded = simd::padded_rows(rows.count);
    const auto* left = reinterpret_cast<const float*>(rows.rows.data);
    const bool in_place = rows.rows.dtype == DType::kFloat32 && rows.picks == nullptr;
    if (!in_place || padded != rows.count) {
      simd::widen_rows(rows, worker.widened.data());
      std::fill(worker.widened.data() + rows.count * depth, worker.widened.data() + padded * depth,
                0.0f);
      left = worker.widened.data();
    }
    float* const scores = worker.scores.data();
    simd::multiply(left, queries_.packed(), {padded, depth, count}, {}, scores);
    simd::mark_columns(scores, rows.count, count, worker.thresholds.data(), worker.marks.data());
    for (std::size_t r = 0; r < rows.count; ++r) {
      for (std::uint64_t marks = worker.marks[r]; marks != 0; marks &= marks - 1) {
        const auto q = static_cast<std::size_t>(std::countr_zero(marks));
        offer(q, first + (rows.picks == nullptr ? r : rows.picks[r]), scores[r * count + q],
              worker);
      }
    }
  }

  /// Scores a row exactly. `near` is the kernel's score, which may be NaN.
  void offer(std::size_t q, std::size_t row, float near, Worker& worker) const {
    if (near < worker.thresholds[q])
      return;  // the threshold may have risen since the row was marked
    const float score = contents_.rows.score(row, queries_.values(q));
    worker.best[q].offer({{contents_.ids[row], score}, group_of(request_.group_by, row)});
    update_threshold(q, worker);
  }

  void update_threshold(std::size_t q, Worker& worker) const {
    worker.thresholds[q] = queries_.certain(q, worker.best[q].threshold());
  }

  const Contents& contents_;
  const Queries& queries_;
  const Request& request_;
  std::vector<Worker> workers_;
};

}  // namespace

void search_tile(const Contents& contents, MatrixView queries, const Request& request,
                 std::span<std::vector<Hit>> results) {
  const std::size_t wanted = candidates_wanted(contents, request.k, request.options.candidates);
  const unsigned threads = request.options.threads;
  if (contents.bits && should_select_candidates(contents, wanted, request.condition, threads)) {
    for (std::size_t q = 0; q < queries.rows; ++q) {
      const Queries one(contents, MatrixView(queries.data + q * queries.cols, 1, queries.cols));
      Scan scan(contents, one, request);
      scan.these_rows(find_candidates(contents, one.values(0), wanted, request.condition, threads));
      scan.merge(results.subspan(q, 1));
    }
    return;
  }
  const Queries all(contents, queries);
  Scan scan(contents, all, request);
  scan.all_rows();
  scan.merge(results);
}

}  // namespace m2v::index
