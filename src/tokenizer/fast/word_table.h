#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "base/flat_array.h"
#include "formats/sections.h"
#include "tokenizer/fast/word_key.h"

namespace m2v::tokenizer {

/// A read-only hash table from keys to ids, with open addressing and linear probing. Keys inserted
/// first are closest to their buckets, so frequent keys should come first.
///
///   | key | id | zeros |     an all-zero key marks a free entry
///
///   | buckets, a power of two, at most 3/5 as many keys | more entries, the last one free |
///
/// A key is stored in its bucket or after it, with no free entry in between. The last entry ends
/// every search, whatever a file contains. Copies share the memory.
template <class Key>
class IdTable {
 public:
  struct Entry {
    Key key;
    std::uint32_t id = 0;
    std::uint32_t zeros = 0;  // to the next multiple of 8 bytes
  };

  /// Builds the table. The keys must be nonzero and distinct.
  explicit IdTable(std::span<const Entry> keys = {}) {
    std::size_t buckets = kMinBuckets;
    while (buckets * 3 < keys.size() * 5) buckets *= 2;
    shift_ = shift_for(buckets);
    std::vector<Entry> entries(buckets + keys.size() + 1);
    std::size_t end = buckets;  // past the last bucket and the last entry in use
    for (const Entry& entry : keys) {
      std::size_t location = bucket(entry.key);
      while (!entries[location].key.is_zero()) ++location;
      entries[location] = entry;
      end = std::max(end, location + 1);
    }
    entries.resize(end + 1);
    entries_ = std::move(entries);
  }

  /// Uses a section in place. Throws FormatError if it is missing, is not a whole number of
  /// entries, or does not end with a free entry, so that a search might not end.
  static IdTable load(const formats::Sections& sections, std::string_view name) {
    IdTable table;
    table.entries_ = sections.array<Entry>(name);
    const std::size_t size = table.entries_.size();
    if (size <= kMinBuckets || !table.entries_[size - 1].key.is_zero()) {
      sections.fail(name, "its last entry is not free");
    }
    table.shift_ = shift_for(std::bit_floor(size - 1));
    return table;
  }
  /// Adds the table as a section.
  void save(formats::Sections& sections, std::string_view name) const {
    sections.add(name, entries_);
  }

  /// Prefetches the bucket of a key that will soon be passed to find().
  void prefetch(const Key& key) const noexcept {
    __builtin_prefetch(entries_.data() + bucket(key));
  }

  /// Returns a pointer to the id of a key, valid as long as this table or a copy of it, or null if
  /// the key is not in the table.
  const std::uint32_t* find(const Key& key) const noexcept {
    for (const Entry* entry = entries_.data() + bucket(key);; ++entry) {
      if (entry->key == key) [[likely]]
        return &entry->id;
      if (entry->key.is_zero()) return nullptr;
    }
  }

 private:
  static constexpr std::size_t kMinBuckets = 16;

  static unsigned shift_for(std::size_t buckets) noexcept {
    return 64 - static_cast<unsigned>(std::countr_zero(buckets));
  }
  std::size_t bucket(const Key& key) const noexcept { return key.hash() >> shift_; }

  base::FlatArray<Entry> entries_;
  unsigned shift_ = 0;  // right shift from hash to bucket
};

}  // namespace m2v::tokenizer
