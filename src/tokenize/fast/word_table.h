#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "tokenize/fast/word_key.h"

namespace m2v::tokenize {

/// An open hash table from keys to ids, read-only once it is filled. Words that come first get
/// their own places, the later ones what is left: so put in the frequent ones first.
///
///   | key | id |     an all-zero key marks a free entry
template <class Key>
class IdTable {
 public:
  /// Room for `keys` keys, of which few share a place.
  void reserve(std::size_t keys) {
    unsigned bits = 4;
    while ((std::size_t{1} << bits) * 3 < keys * 5) ++bits;
    entries_.assign(std::size_t{1} << bits, {});
    shift_ = 64 - bits;
  }

  /// Precondition: not zero, not there yet, and there is room.
  void insert(const Key& key, std::uint32_t id) {
    std::size_t place = key.hash() >> shift_;
    while (!entries_[place].key.is_zero()) place = (place + 1) & (entries_.size() - 1);
    entries_[place] = {key, id};
  }

  /// Asks for the place of a key that will be looked for soon.
  void prefetch(const Key& key) const noexcept {
    __builtin_prefetch(entries_.data() + (key.hash() >> shift_));
  }

  /// Null if the key is not there.
  const std::uint32_t* find(const Key& key) const noexcept {
    const Entry* const entries = entries_.data();
    for (std::size_t place = key.hash() >> shift_;; place = (place + 1) & (entries_.size() - 1)) {
      const Entry& entry = entries[place];
      if (entry.key == key) [[likely]]
        return &entry.id;
      if (entry.key.is_zero()) return nullptr;
    }
  }

 private:
  struct Entry {
    Key key;
    std::uint32_t id = 0;
  };

  std::vector<Entry> entries_{16};  // a power of two, at most three fifths of them in use
  unsigned shift_ = 60;             // hash to place
};

}  // namespace m2v::tokenize
