#include "tokenize/models/merge_queue.h"

#include <algorithm>
#include <bit>
#include <utility>

namespace m2v::tokenize {

void MergeQueue::start(std::size_t symbols) {
  is_long_ = symbols >= kLongWord;
  heap_.clear();
  open_.clear();
  next_open_ = 0;
  end_of_open_ = 0;
  if (!is_long_) return;
  blocks_.clear();
  blocks_.reserve(symbols / Block::kRoom);
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
    const Waiting& waiting = open_[next_open_];
    candidate = {end_of_open_ - 1, waiting.position, waiting.id};
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
  List& list = lists_[rank];
  std::uint64_t& bits = has_list_[rank / 64];
  const std::uint64_t bit = std::uint64_t{1} << (rank % 64);
  if ((bits & bit) == 0) {
    bits |= bit;
    list.first = list.last = new_block();
  } else if (blocks_[list.last].count == Block::kRoom) {
    const std::uint32_t block = new_block();
    blocks_[list.last].next = block;
    list.last = block;
  }
  Block& block = blocks_[list.last];
  block.waiting[block.count++] = {candidate.position, candidate.id};
}

std::uint32_t MergeQueue::new_block() {
  std::uint32_t block = free_;
  if (block == kNone) {
    block = static_cast<std::uint32_t>(blocks_.size());
    blocks_.emplace_back();
  } else {
    free_ = blocks_[block].next;
  }
  blocks_[block].next = kNone;
  blocks_[block].count = 0;
  return block;
}

/// False if all lists are empty.
bool MergeQueue::open_next_list() {
  std::size_t word = end_of_open_ / 64;
  std::uint64_t bits =
      word < has_list_.size() ? has_list_[word] >> (end_of_open_ % 64) << (end_of_open_ % 64) : 0;
  while (bits == 0) {
    if (++word >= has_list_.size()) return false;
    bits = has_list_[word];
  }
  has_list_[word] &= ~(bits & -bits);
  const std::size_t rank = word * 64 + static_cast<std::size_t>(std::countr_zero(bits));
  open_.clear();
  next_open_ = 0;
  for (std::uint32_t place = lists_[rank].first; place != kNone;) {
    Block& block = blocks_[place];
    open_.insert(open_.end(), block.waiting, block.waiting + block.count);
    const std::uint32_t next = std::exchange(block.next, free_);
    free_ = std::exchange(place, next);
  }
  // Mostly they were added from left to right.
  if (!std::is_sorted(open_.begin(), open_.end())) std::sort(open_.begin(), open_.end());
  end_of_open_ = static_cast<std::uint32_t>(rank) + 1;
  return true;
}

}  // namespace m2v::tokenize
