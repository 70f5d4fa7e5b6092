#pragma once

#include <span>
#include <vector>

#include "m2v/index.h"
#include "m2v/passage_search.h"

namespace m2v::corpus {

/// By what scores are divided: the best one, or 1 if that is not positive.
double unit_of(std::span<const Hit> best_first) noexcept;

/// Ranks candidates, which have both scores, as RankOptions say. `dense` and `lexical` are the best
/// of each kind, best first.
PassageAnswer fuse(std::vector<PassageHit> candidates, std::span<const Hit> dense,
                   std::span<const Hit> lexical, const RankOptions& options);

}  // namespace m2v::corpus
