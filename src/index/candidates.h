#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "index/condition.h"
#include "index/contents.h"

namespace m2v::index {

/// Returns the number of candidates for a search of the best k: `asked` or, if that is 0, the
/// default (see SearchOptions::candidates); at least k, and at most all rows.
std::size_t candidates_wanted(const Contents& contents, std::size_t k, std::size_t asked);

/// Returns whether it is faster to select candidates by their bits than to score every row that
/// meets the condition: whether enough rows meet it. For IndexDType::kBit.
bool should_select_candidates(const Contents& contents, std::size_t wanted,
                              const Condition& condition, unsigned threads);

/// Returns, of the rows that meet the condition, the `wanted` rows whose bits score best against a
/// query, and all that tie with the last of them, in ascending order. The result does not depend on
/// the number of threads. For IndexDType::kBit.
std::vector<std::uint32_t> find_candidates(const Contents& contents, const float* query,
                                           std::size_t wanted, const Condition& condition,
                                           unsigned threads);

}  // namespace m2v::index
