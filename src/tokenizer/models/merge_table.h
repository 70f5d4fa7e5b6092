#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>

#include "base/flat_array.h"
#include "formats/sections.h"

namespace m2v::tokenizer {

/// The merges of a BPE model: a hash table from pairs of token ids, with open addressing and linear
/// probing, so a lookup costs about one memory access.
///
///   | buckets, a power of two, at least half of them free | more entries, the last one free |
///
/// A pair is stored in its bucket or after it, with no free entry in between. The last entry ends
/// every search. Copies share the memory.
class MergeTable {
 public:
  struct Merge {
    std::uint32_t rank;  ///< Merges are applied in ascending order. Less than 0xFFFFFFFF.
    std::uint32_t id;    ///< Id of the merged token.
  };
  /// A merge with the ids of its two tokens.
  struct MergeOfPair {
    std::uint32_t left, right;
    Merge merge;
  };

  /// Builds the table. If a pair is listed more than once, the last one is used.
  explicit MergeTable(std::span<const MergeOfPair> merges = {});

  /// Uses the section ":merges" in place. Lookups are safe with any content that passes the
  /// checks. Throws FormatError if the section is missing, is not a whole number of entries, or
  /// does not end with a free entry.
  static MergeTable load(const formats::Sections& sections);
  /// Adds the section ":merges".
  void save(formats::Sections& sections) const;

  /// Returns the merge of two tokens, valid as long as this table or a copy of it, or null if they
  /// do not merge.
  const Merge* find(std::uint32_t left, std::uint32_t right) const noexcept {
    const std::uint64_t key = key_of(left, right);
    const Entry* entry = entries_.data() + bucket_of(key, shift_);
    while (entry->merge.rank != kFree && entry->key != key) ++entry;
    return entry->merge.rank == kFree ? nullptr : &entry->merge;
  }

  /// Calls `visit(left, right)` for each pair, in no particular order.
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
  /// Returns the index of the bucket of a key, where a search for it starts.
  static std::size_t bucket_of(std::uint64_t key, int shift) noexcept {
    // After a multiplication by the golden ratio, the high bits depend on all bits of the key.
    return (key * 0x9E3779B97F4A7C15) >> shift;
  }
  /// Returns the shift for a table with this number of buckets, a power of two.
  static int shift_for(std::size_t buckets) noexcept { return 64 - std::countr_zero(buckets); }

  base::FlatArray<Entry> entries_;
  int shift_ = 0;  // right shift from hash to bucket
};

}  // namespace m2v::tokenizer
