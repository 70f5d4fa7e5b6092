#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace m2v::retrieval {

/// Numbers terms, identified by their hashes, in order of first appearance. A hash table with open
/// addressing and linear probing. Terms with equal hashes are the same.
class TermTable {
 public:
  static constexpr std::uint32_t kNone = static_cast<std::uint32_t>(-1);  ///< No term.

  /// Returns the number of a term, which is added if it is new.
  std::uint32_t add(std::uint64_t hash) {
    if (hashes_.size() * 2 >= slots_.size()) grow();
    std::uint32_t& slot = slots_[position_of(hash)];
    if (slot == kNone) {
      slot = static_cast<std::uint32_t>(hashes_.size());
      hashes_.push_back(hash);
    }
    return slot;
  }
  /// Returns the number of a term, or kNone if it has not been added.
  std::uint32_t find(std::uint64_t hash) const {
    return hashes_.empty() ? kNone : slots_[position_of(hash)];
  }

  std::size_t size() const { return hashes_.size(); }
  const std::vector<std::uint64_t>& hashes() const { return hashes_; }  ///< By number.

 private:
  /// Returns the slot of the term, or the empty slot where it would be added.
  std::size_t position_of(std::uint64_t hash) const {
    const std::size_t mask = slots_.size() - 1;
    std::size_t at = hash & mask;
    while (slots_[at] != kNone && hashes_[slots_[at]] != hash) at = (at + 1) & mask;
    return at;
  }

  void grow() {
    slots_.assign(slots_.empty() ? 1024 : slots_.size() * 2, kNone);
    for (std::size_t i = 0; i < hashes_.size(); ++i) {
      slots_[position_of(hashes_[i])] = static_cast<std::uint32_t>(i);
    }
  }

  std::vector<std::uint32_t> slots_;  // numbers of terms, or kNone; the size is a power of two
  std::vector<std::uint64_t> hashes_;
};

}  // namespace m2v::retrieval
