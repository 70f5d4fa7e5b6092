#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "tokenize/fast/word_key.h"

namespace m2v::tokenize {

/// Remembers the ids of the words that one thread has met: direct-mapped, a newer word takes the
/// place of an older one. A hit costs one cache line.
///
///   | word, zero-padded to 32 bytes | up to 7 ids | count |
class WordCache {
 public:
  using Entry = WordEntry<4, 7>;
  static constexpr std::size_t kMaxBytes = WordKey<4>::kMaxBytes;

  struct Slot {
    Entry& entry;
    bool hit;
  };

  /// Asks for the line of a word that will be looked up soon. As for find().
  void prefetch(const char* word, std::size_t size) const noexcept {
    __builtin_prefetch(&entries_[WordKey<4>(word, size).hash() >> (64 - kLog2Entries)]);
  }

  /// Finds the entry for a word of 1 to kMaxBytes bytes without a NUL. kMaxBytes bytes are read,
  /// whatever the size. On a miss the entry's key is already the word's: fill in ids and count.
  Slot find(const char* word, std::size_t size) noexcept {
    const WordKey<4> key(word, size);
    Entry& entry = entries_[key.hash() >> (64 - kLog2Entries)];
    if (entry.key == key) return {entry, entry.count != 0};
    entry.key = key;
    entry.count = 0;
    return {entry, false};
  }

 private:
  static constexpr unsigned kLog2Entries = 13;

  std::vector<Entry> entries_ = std::vector<Entry>(std::size_t{1} << kLog2Entries);
};

}  // namespace m2v::tokenize
