#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "tokenize/fast/word_key.h"

namespace m2v::tokenize {

/// The ids of words that are known from the start, for all threads at once: an open hash table in
/// which a word costs one cache line, or seldom two. Read-only once it is filled.
///
///   | word, zero-padded to 16 bytes | up to 3 ids | count |
class WordTable {
 public:
  using Entry = WordEntry<2, 3>;
  static constexpr std::size_t kMaxBytes = WordKey<2>::kMaxBytes;

  /// Room for `words` words.
  explicit WordTable(std::size_t words) {
    while (entries_.size() < 2 * words) {
      entries_.resize(2 * entries_.size());
      --shift_;
    }
  }

  /// Precondition: 1 to kMaxBytes bytes, no NUL; 1 to 3 ids; not there yet.
  void insert(std::string_view word, const std::uint32_t* ids, std::size_t count) {
    char padded[kMaxBytes] = {};
    word.copy(padded, word.size());
    const WordKey<2> key(padded, word.size());
    std::size_t place = key.hash() >> shift_;
    while (entries_[place].count != 0) place = (place + 1) & (entries_.size() - 1);
    Entry& entry = entries_[place];
    entry.key = key;
    for (std::size_t i = 0; i < count; ++i) entry.ids[i] = ids[i];
    entry.count = static_cast<std::uint32_t>(count);
  }

  /// Where a word is, most likely, if it is there.
  const Entry* home(const WordKey<2>& key) const noexcept {
    return &entries_[key.hash() >> shift_];
  }

  /// Null if the word is not there.
  const Entry* find(const WordKey<2>& key, const Entry* home) const noexcept {
    for (const Entry* entry = home;; entry = next(entry)) {
      if (entry->key == key) return entry;
      if (entry->count == 0) return nullptr;
    }
  }

 private:
  const Entry* next(const Entry* entry) const noexcept {
    return entry == &entries_.back() ? entries_.data() : entry + 1;
  }

  std::vector<Entry> entries_{16};  // a power of two, at most half of them in use
  unsigned shift_ = 60;             // hash to place
};

}  // namespace m2v::tokenize
