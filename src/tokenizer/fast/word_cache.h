#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "base/pages.h"

namespace m2v::tokenizer {

/// A direct-mapped cache of the ids of words. A new word replaces the one in its entry. A hit reads
/// one cache line. It may be used by only one thread at a time.
///
///   | word, zero-padded to 24 bytes | up to 9 ids | count |
class WordCache {
 public:
  static constexpr std::size_t kMaxBytes = 24;
  static constexpr std::size_t kMaxIds = 9;

  struct alignas(64) Entry {
    std::uint64_t word[kMaxBytes / 8];
    std::uint32_t ids[kMaxIds];
    std::uint32_t count;  ///< Number of ids; 0 if they have not been filled in.

    /// Copies the ids to `out`, which must have space for kMaxIds ids, and returns a pointer past
    /// the last one.
    std::uint32_t* copy_ids(std::uint32_t* out) const noexcept {
      std::memcpy(out, ids, sizeof(ids));
      return out + count;
    }
  };

  /// Prefetches the entry of a word that will soon be passed to find(). The same rules apply.
  void prefetch(const char* word, std::size_t size) const noexcept {
    __builtin_prefetch(&entries_[Key(word, size).location()]);
  }

  /// Returns the entry of a word of 1 to kMaxBytes bytes without a NUL, replacing another word if
  /// necessary. If the count is 0, the caller fills in the ids. kMaxBytes bytes from `word` on are
  /// read, whatever `size` is.
  Entry& find(const char* word, std::size_t size) noexcept {
    const Key key(word, size);
    Entry& entry = entries_[key.location()];
    std::uint64_t difference = 0;
    for (std::size_t i = 0; i < std::size(key.blocks); ++i) {
      difference |= entry.word[i] ^ key.blocks[i];
    }
    if (difference != 0) {
      std::memcpy(entry.word, key.blocks, kMaxBytes);
      entry.count = 0;
    }
    return entry;
  }

 private:
  static constexpr unsigned kLog2Entries = 14;

  struct Key {
    std::uint64_t blocks[kMaxBytes / 8];

    Key(const char* word, std::size_t size) noexcept {
      std::memcpy(blocks, word, kMaxBytes);
      for (std::size_t i = 0; i < std::size(blocks); ++i) blocks[i] &= kMasks[size][i];
    }

    std::size_t location() const noexcept {
      std::uint64_t hash = 0;
      for (const std::uint64_t block : blocks) {
        hash = (std::rotl(hash, 23) ^ block) * 0x9E3779B97F4A7C15ull;
      }
      return hash >> (64 - kLog2Entries);
    }
  };

  /// For each word size, the masks of the bits that belong to the word, in little-endian order.
  static constexpr auto kMasks = [] {
    std::array<std::array<std::uint64_t, kMaxBytes / 8>, kMaxBytes + 1> masks{};
    for (std::size_t size = 0; size <= kMaxBytes; ++size) {
      for (std::size_t byte = 0; byte < size; ++byte) {
        masks[size][byte / 8] |= std::uint64_t{0xFF} << (8 * (byte % 8));
      }
    }
    return masks;
  }();
  static_assert(std::endian::native == std::endian::little);

  base::Pages memory_{sizeof(Entry) << kLog2Entries};  // zeroed memory holds empty entries
  Entry* entries_ = static_cast<Entry*>(memory_.data());
};

}  // namespace m2v::tokenizer
