#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "core/flat_array.h"
#include "core/sections.h"
#include "tokenize/fast/word_key.h"

namespace m2v::tokenize {

/// An open hash table from keys to ids, read-only. Keys that come first get their own places, the
/// later ones what is left: so put in the frequent ones first.
///
///   | key | id | zeros |     an all-zero key marks a free entry
///
///   | homes, a power of two, at most three fifths of them in use | more entries, the last one free
///   |
///
/// A key is at its home or behind it, with no free entry between: the last entry ends every search,
/// whatever a file may hold.
template <class Key>
class IdTable {
 public:
  struct Entry {
    Key key;
    std::uint32_t id = 0;
    std::uint32_t zeros = 0;  // to the next multiple of 8 bytes
  };

  /// Of keys that are not zero, each once.
  explicit IdTable(std::span<const Entry> keys = {}) {
    std::size_t homes = kFewestHomes;
    while (homes * 3 < keys.size() * 5) homes *= 2;
    shift_ = shift_for(homes);
    std::vector<Entry> entries(homes + keys.size() + 1);
    std::size_t end = homes;  // of what is in use, and of the homes
    for (const Entry& entry : keys) {
      std::size_t place = home(entry.key);
      while (!entries[place].key.is_zero()) ++place;
      entries[place] = entry;
      end = std::max(end, place + 1);
    }
    entries.resize(end + 1);
    entries_ = std::move(entries);
  }

  /// From and to a section. Throws FormatError if a search might not end.
  static IdTable load(const core::Sections& sections, std::string_view name) {
    IdTable table;
    table.entries_ = sections.array<Entry>(name);
    const std::size_t size = table.entries_.size();
    if (size <= kFewestHomes || !table.entries_[size - 1].key.is_zero()) {
      sections.fail(name, "its last entry is not free");
    }
    table.shift_ = shift_for(std::bit_floor(size - 1));
    return table;
  }
  void save(core::Sections& sections, std::string_view name) const { sections.add(name, entries_); }

  /// Asks for the place of a key that will be looked for soon.
  void prefetch(const Key& key) const noexcept { __builtin_prefetch(entries_.data() + home(key)); }

  /// Null if the key is not there.
  const std::uint32_t* find(const Key& key) const noexcept {
    for (const Entry* entry = entries_.data() + home(key);; ++entry) {
      if (entry->key == key) [[likely]]
        return &entry->id;
      if (entry->key.is_zero()) return nullptr;
    }
  }

 private:
  static constexpr std::size_t kFewestHomes = 16;

  static unsigned shift_for(std::size_t homes) noexcept {
    return 64 - static_cast<unsigned>(std::countr_zero(homes));
  }
  std::size_t home(const Key& key) const noexcept { return key.hash() >> shift_; }

  core::FlatArray<Entry> entries_;
  unsigned shift_ = 0;  // hash to home
};

}  // namespace m2v::tokenize
