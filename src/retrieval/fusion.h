#pragma once

#include <span>
#include <vector>

#include "m2v/index.h"
#include "m2v/passage_search.h"

namespace m2v::retrieval {

/// Returns the divisor that normalizes scores: the best score, or 1 if that is not positive.
double unit_of(std::span<const Hit> best_first) noexcept;

/// Ranks candidates, whose dense and lexical scores are set, according to `options`, and keeps the
/// best options.k. `dense` and `lexical` are the best hits of each kind, best first.
PassageAnswer fuse(std::vector<PassageHit> candidates, std::span<const Hit> dense,
                   std::span<const Hit> lexical, const RankOptions& options);

}  // namespace m2v::retrieval
