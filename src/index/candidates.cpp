#include "index/candidates.h"

#include <algorithm>
#include <atomic>
#include <bit>

#include "base/thread_pool.h"
#include "simd/bit_scan.h"

namespace m2v::index {
namespace {

struct Candidate {
  std::uint32_t row;
  std::uint16_t score;
};

/// The candidates of one thread: at least the best `wanted` of those that were added, including
/// ties.
class Best {
 public:
  explicit Best(std::size_t wanted) : wanted_(wanted), limit_(2 * wanted) {}

  /// Candidates with a lower score need not be added.
  std::uint16_t threshold() const noexcept { return threshold_; }
  const std::vector<Candidate>& all() const noexcept { return all_; }

  void add(const Candidate& candidate) {
    all_.push_back(candidate);
    if (all_.size() >= limit_) prune();
  }

  /// Drops candidates that score lower than the last of the best `wanted`; ties are kept.
  void prune() {
    if (all_.size() <= wanted_) return;
    const auto last = all_.begin() + static_cast<std::ptrdiff_t>(wanted_ - 1);
    std::ranges::nth_element(all_, last, std::ranges::greater(), &Candidate::score);
    threshold_ = last->score;
    std::erase_if(all_, [&](const Candidate& one) { return one.score < threshold_; });
    limit_ = std::max(2 * wanted_, 2 * all_.size());
  }

 private:
  std::size_t wanted_;
  std::size_t limit_;
  std::uint16_t threshold_ = 0;
  std::vector<Candidate> all_;
};

/// The state of one thread.
struct CandidateWorker {
  Best best;
  std::vector<std::uint16_t> scores;
  std::vector<std::uint64_t> marks;
  std::vector<std::uint64_t> met;  // one bit per row: whether it meets the condition
};

/// Marks the rows that meet the condition, with a fast path if all do. Bits past the last row are
/// 0.
void mark_rows(const Condition& condition, std::size_t first, std::size_t count,
               std::span<std::uint64_t> marks) {
  if (!condition.holds_for_all()) return condition.mark(first, count, marks.data());
  std::ranges::fill(marks, ~std::uint64_t{0});
  if (count % 64 != 0) marks.back() = (std::uint64_t{1} << (count % 64)) - 1;
}

void scan_block(const Contents& contents, std::size_t block, const BitTables& tables,
                const Condition& condition, CandidateWorker& worker) {
  const std::size_t block_rows = contents.rows.rows_per_block();
  const std::size_t first = block * block_rows;
  const std::size_t count = std::min(block_rows, contents.size() - first);
  const std::size_t groups = base::blocks_of(count, simd::kBitGroupRows);
  const auto met = std::span(worker.met).first(groups);
  mark_rows(condition, first, count, met);
  if (std::ranges::all_of(met, [](std::uint64_t word) { return word == 0; })) return;
  simd::scan_bits(contents.bits->block(block), groups, contents.bits->row_bytes(), tables.data(),
                  worker.best.threshold(), worker.scores.data(), worker.marks.data());
  for (std::size_t g = 0; g < groups; ++g) {
    for (std::uint64_t left = worker.marks[g] & met[g]; left != 0; left &= left - 1) {
      const std::size_t r =
          g * simd::kBitGroupRows + static_cast<std::size_t>(std::countr_zero(left));
      if (worker.scores[r] < worker.best.threshold()) continue;
      worker.best.add({static_cast<std::uint32_t>(first + r), worker.scores[r]});
    }
  }
}

}  // namespace

std::size_t candidates_wanted(const Contents& contents, std::size_t k, std::size_t asked) {
  constexpr std::size_t kMinCandidates = 1000, kPerHit = 40, kShare = 160;
  const std::size_t most = contents.size();
  if (k >= most / kPerHit) return most;
  const std::size_t usual = std::max(kMinCandidates, most / kShare) + kPerHit * k;
  return std::min(most, asked == 0 ? usual : std::max(asked, k));
}

bool should_select_candidates(const Contents& contents, std::size_t wanted,
                              const Condition& condition, unsigned threads) {
  constexpr std::size_t kFewRows =
      4;  // up to 4 rows per candidate, scoring all rows is fast enough
  if (wanted >= contents.size()) return false;
  if (condition.holds_for_all()) return true;
  const std::size_t block_rows = contents.rows.rows_per_block();
  std::atomic<std::size_t> met{0};
  base::parallel_for(base::blocks_of(contents.size(), block_rows), threads,
                     [&](std::size_t block, unsigned) {
                       const std::size_t first = block * block_rows;
                       const std::size_t count = std::min(block_rows, contents.size() - first);
                       std::vector<std::uint64_t> marks(base::blocks_of(count, 64));
                       condition.mark(first, count, marks.data());
                       std::size_t found = 0;
                       for (const std::uint64_t word : marks) {
                         found += static_cast<std::size_t>(std::popcount(word));
                       }
                       met += found;
                     });
  return met > kFewRows * wanted;
}

std::vector<std::uint32_t> find_candidates(const Contents& contents, const float* query,
                                           std::size_t wanted, const Condition& condition,
                                           unsigned threads) {
  const BitTables tables = contents.bits->tables(query);
  const std::size_t block_rows = contents.rows.rows_per_block();
  const std::size_t blocks = base::blocks_of(contents.size(), block_rows);
  const auto count = std::min<std::size_t>(base::thread_count(threads), blocks);
  std::vector<CandidateWorker> workers(count, {Best(wanted), std::vector<std::uint16_t>(block_rows),
                                               std::vector<std::uint64_t>(block_rows / 64),
                                               std::vector<std::uint64_t>(block_rows / 64)});
  base::parallel_for(blocks, static_cast<unsigned>(count), [&](std::size_t block, unsigned worker) {
    scan_block(contents, block, tables, condition, workers[worker]);
  });
  Best best(wanted);
  for (const CandidateWorker& worker : workers) {
    for (const Candidate& one : worker.best.all()) {
      if (one.score >= best.threshold()) best.add(one);
    }
  }
  best.prune();
  std::vector<std::uint32_t> rows;
  rows.reserve(best.all().size());
  for (const Candidate& one : best.all()) rows.push_back(one.row);
  std::ranges::sort(rows);
  return rows;
}

}  // namespace m2v::index
