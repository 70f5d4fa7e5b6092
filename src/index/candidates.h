#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "search/condition.h"
#include "search/contents.h"

namespace m2v::search {

/// How many rows the bits are to select for the best k: what was asked for, or the default.
std::size_t candidates_wanted(const Contents& contents, std::size_t k, std::size_t asked);

/// Whether the bits of Width::kBit are of use: there are more rows that meet the condition than it
/// takes little time to score at once.
bool worth_choosing(const Contents& contents, std::size_t wanted, const Condition& condition,
                    unsigned threads);

/// The rows of Width::kBit whose bits score best against a query, of those that meet the condition:
/// `wanted` of them and all that tie with the last one, ascending. The same whatever the number of
/// threads.
std::vector<std::uint32_t> find_candidates(const Contents& contents, const float* query,
                                           std::size_t wanted, const Condition& condition,
                                           unsigned threads);

}  // namespace m2v::search
