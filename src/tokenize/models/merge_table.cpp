#include "tokenize/models/merge_table.h"

#include <bit>

namespace m2v::tokenize {

MergeTable::MergeTable(std::size_t pairs)
    : entries_(std::bit_ceil(2 * pairs + 2)), shift_(64 - std::countr_zero(entries_.size())) {}

void MergeTable::insert(std::uint32_t left, std::uint32_t right, Merge merge) noexcept {
  const std::uint64_t key = key_of(left, right);
  entries_[place_of(key)] = {key, merge};
}

}  // namespace m2v::tokenize
