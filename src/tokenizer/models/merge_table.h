#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>

#include "core/flat_array.h"
#include "core/sections.h"

namespace m2v::tokenize {

/// Which pairs of neighbouring tokens become one: a hash table with open addressing, so that one
/// look costs about one memory access.
///
///   | homes, a power of two, at least half of them free | more entries, the last one free |
///
/// A pair is at its home or behind it, with no free entry between: the last entry ends every
/// search.
class MergeTable {
 public:
  struct Merge {
    std::uint32_t rank;  ///< The lowest of a word goes first. Below 0xFFFFFFFF.
    std::uint32_t id;    ///< Of the token that the two become.
  };
  struct Listed {
    std::uint32_t left, right;
    Merge merge;
  };

  /// Of a pair that is listed twice the later one counts.
  explicit MergeTable(std::span<const Listed> merges = {});

  /// From and to the section ":merges". Any content of a whole size is safe to use. Throws
  /// FormatError.
  static MergeTable load(const core::Sections& sections);
  void save(core::Sections& sections) const;

  /// Null if the two do not merge.
  const Merge* find(std::uint32_t left, std::uint32_t right) const noexcept {
    const std::uint64_t key = key_of(left, right);
    const Entry* entry = entries_.data() + home_of(key, shift_);
    while (entry->merge.rank != kFree && entry->key != key) ++entry;
    return entry->merge.rank == kFree ? nullptr : &entry->merge;
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
  /// Where the key is looked for first.
  static std::size_t home_of(std::uint64_t key, int shift) noexcept {
    // Multiplied by the golden ratio, the high bits depend on all bits of the key.
    return (key * 0x9E3779B97F4A7C15) >> shift;
  }
  /// For a table of so many homes.
  static int shift_for(std::size_t homes) noexcept { return 64 - std::countr_zero(homes); }

  core::FlatArray<Entry> entries_;
  int shift_ = 0;  // from hash to home
};

}  // namespace m2v::tokenize
