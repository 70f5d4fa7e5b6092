#include "tokenize/models/merge_queue.h"

#include <algorithm>
#include <bit>

namespace m2v::tokenize {

void MergeQueue::start(std::size_t symbols) {
  is_long_ = symbols >= kLongWord;
  heap_.clear();
  open_.clear();
  next_open_ = 0;
  end_of_open_ = 0;
  if (!is_long_) return;
  waiting_.clear();
  free_ = kNone;
  std::fill(has_list_.begin(), has_list_.end(), 0);  // a list without a bit counts as empty
}

void MergeQueue::push(const Candidate& candidate) {
  if (is_long_ && candidate.rank >= end_of_open_) return add_to_list(candidate);
  heap_.push_back(candidate);
  std::push_heap(heap_.begin(), heap_.end());
}

bool MergeQueue::pop(Candidate& candidate) {
  if (next_open_ == open_.size() && heap_.empty() && !(is_long_ && open_next_list())) return false;
  if (next_open_ < open_.size()) {
    const auto& [position, id] = open_[next_open_];
    candidate = {end_of_open_ - 1, position, id};
    if (heap_.empty() || heap_.front() < candidate) {
      ++next_open_;
      return true;
    }
  }
  std::pop_heap(heap_.begin(), heap_.end());
  candidate = heap_.back();
  heap_.pop_back();
  return true;
}

void MergeQueue::add_to_list(const Candidate& candidate) {
  const std::size_t rank = candidate.rank;
  if (rank >= lists_.size()) {
    lists_.resize(std::bit_ceil(rank + 64));
    has_list_.resize(lists_.size() / 64);
  }
  std::uint64_t& bits = has_list_[rank / 64];
  const std::uint64_t bit = std::uint64_t{1} << (rank % 64);
  const std::uint32_t first = (bits & bit) != 0 ? lists_[rank] : kNone;
  bits |= bit;
  const Waiting entry{candidate.position, candidate.id, first};
  if (free_ == kNone) {
    lists_[rank] = static_cast<std::uint32_t>(waiting_.size());
    waiting_.push_back(entry);
  } else {
    lists_[rank] = free_;
    free_ = std::exchange(waiting_[free_], entry).next;
  }
}

/// False if all lists are empty.
bool MergeQueue::open_next_list() {
  std::size_t block = end_of_open_ / 64;
  std::uint64_t bits =
      block < has_list_.size() ? has_list_[block] >> (end_of_open_ % 64) << (end_of_open_ % 64) : 0;
  while (bits == 0) {
    if (++block >= has_list_.size()) return false;
    bits = has_list_[block];
  }
  has_list_[block] &= ~(bits & -bits);
  const std::size_t rank = block * 64 + static_cast<std::size_t>(std::countr_zero(bits));
  open_.clear();
  next_open_ = 0;
  for (std::uint32_t entry = lists_[rank]; entry != kNone;) {
    open_.emplace_back(waiting_[entry].position, waiting_[entry].id);
    const std::uint32_t next = std::exchange(waiting_[entry].next, free_);
    free_ = std::exchange(entry, next);
  }
  std::reverse(open_.begin(), open_.end());  // mostly they were added from left to right
  if (!std::is_sorted(open_.begin(), open_.end())) std::sort(open_.begin(), open_.end());
  end_of_open_ = static_cast<std::uint32_t>(rank) + 1;
  return true;
}

}  // namespace m2v::tokenize
