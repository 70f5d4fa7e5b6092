#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <vector>

#include "m2v/index.h"

namespace m2v::retrieval {

/// Reduces `hits` to the k hits with the highest scores, best first; ties go to the smaller id.
inline void keep_best(std::vector<Hit>& hits, std::size_t k) {
  const std::size_t kept = std::min(k, hits.size());
  const auto middle = hits.begin() + static_cast<std::ptrdiff_t>(kept);
  std::partial_sort(hits.begin(), middle, hits.end(), [](const Hit& a, const Hit& b) {
    return a.score != b.score ? a.score > b.score : a.id < b.id;
  });
  hits.resize(kept);
}

/// Returns the k texts with the highest positive scores, best first. `scores` are by text.
inline std::vector<Hit> best_of(std::span<const float> scores, std::size_t k) {
  std::vector<Hit> hits;
  for (std::size_t text = 0; text < scores.size(); ++text) {
    if (scores[text] > 0) hits.push_back({text, scores[text]});
  }
  keep_best(hits, k);
  return hits;
}

}  // namespace m2v::retrieval
