#include "retrieval/fusion.h"

#include <algorithm>
#include <cstdint>
#include <unordered_map>
#include <utility>

namespace m2v::retrieval {
namespace {

constexpr double kRankOffset = 60;  // as in Cormack, Clarke and Buettcher 2009

/// Returns 1 / (60 + rank) by id.
std::unordered_map<std::uint64_t, double> reciprocal_ranks(std::span<const Hit> best_first) {
  std::unordered_map<std::uint64_t, double> values;
  for (std::size_t i = 0; i < best_first.size(); ++i) {
    values[best_first[i].id] = 1 / (kRankOffset + static_cast<double>(i + 1));
  }
  return values;
}

void score_by_rank(std::vector<PassageHit>& candidates, std::span<const Hit> dense,
                   std::span<const Hit> lexical, double dense_weight) {
  const auto by_meaning = reciprocal_ranks(dense), by_words = reciprocal_ranks(lexical);
  const auto value = [](const auto& values, std::size_t id) {
    const auto found = values.find(id);
    return found == values.end() ? 0.0 : found->second;
  };
  for (PassageHit& hit : candidates) {
    hit.score = dense_weight * value(by_meaning, hit.passage) +
                (1 - dense_weight) * value(by_words, hit.passage);
  }
}

}  // namespace

double unit_of(std::span<const Hit> best_first) noexcept {
  const double best = best_first.empty() ? 0 : static_cast<double>(best_first.front().score);
  return best > 0 ? best : 1;
}

PassageAnswer fuse(std::vector<PassageHit> candidates, std::span<const Hit> dense,
                   std::span<const Hit> lexical, const RankOptions& options) {
  PassageAnswer answer;
  const double dense_weight = options.mode == SearchMode::kHybrid  ? options.dense_weight
                              : options.mode == SearchMode::kDense ? 1.0
                                                                   : 0.0;
  if (options.mode == SearchMode::kHybrid && options.fusion == Fusion::kReciprocalRank) {
    score_by_rank(candidates, dense, lexical, dense_weight);
  } else {
    const bool both = options.mode == SearchMode::kHybrid;
    answer.dense_scale = dense_weight / (both ? unit_of(dense) : 1);
    answer.lexical_scale = (1 - dense_weight) / (both ? unit_of(lexical) : 1);
    for (PassageHit& hit : candidates) {
      hit.score = answer.dense_scale * hit.dense + answer.lexical_scale * hit.lexical;
    }
  }
  const std::size_t kept = std::min(options.k, candidates.size());
  std::partial_sort(candidates.begin(), candidates.begin() + static_cast<std::ptrdiff_t>(kept),
                    candidates.end(), [](const PassageHit& a, const PassageHit& b) {
                      return a.score != b.score ? a.score > b.score : a.passage < b.passage;
                    });
  candidates.resize(kept);
  answer.hits = std::move(candidates);
  return answer;
}

}  // namespace m2v::retrieval
