#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace m2v::tokenize {

/// Which pairs of neighbouring tokens become one: a hash table with open addressing, so that one
/// look costs about one memory access.
class MergeTable {
 public:
  struct Merge {
    std::uint32_t rank;  ///< The lowest of a word goes first. Below 0xFFFFFFFF.
    std::uint32_t id;    ///< Of the token that the two become.
  };

  /// Has room for so many pairs.
  explicit MergeTable(std::size_t pairs = 0);

  /// Replaces what was known of the pair.
  void insert(std::uint32_t left, std::uint32_t right, Merge merge) noexcept;

  /// Null if the two do not merge.
  const Merge* find(std::uint32_t left, std::uint32_t right) const noexcept {
    const Entry& entry = entries_[place_of(key_of(left, right))];
    return entry.merge.rank == kFree ? nullptr : &entry.merge;
  }

  /// Calls `visit(left, right)` for each pair, in no order.
  template <typename Visit>
  void for_each(Visit visit) const {
    for (const Entry& entry : entries_) {
      if (entry.merge.rank == kFree) continue;
      visit(static_cast<std::uint32_t>(entry.key >> 32), static_cast<std::uint32_t>(entry.key));
    }
  }

 private:
  static constexpr std::uint32_t kFree = 0xFFFFFFFF;
  struct Entry {
    std::uint64_t key = 0;
    Merge merge{kFree, 0};
  };

  static std::uint64_t key_of(std::uint32_t left, std::uint32_t right) noexcept {
    return std::uint64_t{left} << 32 | right;
  }

  /// Where the key is, or where it would go.
  std::size_t place_of(std::uint64_t key) const noexcept {
    // Multiplied by the golden ratio, the high bits depend on all bits of the key.
    std::size_t place = (key * 0x9E3779B97F4A7C15) >> shift_;
    while (entries_[place].merge.rank != kFree && entries_[place].key != key) {
      place = (place + 1) & (entries_.size() - 1);
    }
    return place;
  }

  std::vector<Entry> entries_;  // a power of two, at least half of them free
  int shift_;
};

}  // namespace m2v::tokenize
