#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

namespace m2v::tokenize {

/// Remembers the ids of words of up to kBlocks * 8 bytes: direct-mapped, a newer word takes the
/// place of an older one. A hit costs one multiplication, one cache line and one comparison.
///
///   | key: the word, zero-padded to kBlocks * 8 bytes | up to 3 ids | count |
template <std::size_t kBlocks>
class WordCache {
 public:
  static constexpr std::size_t kMaxBytes = kBlocks * 8;
  static constexpr std::size_t kMaxIds = 3;

  struct Entry {
    std::uint64_t key[kBlocks] = {};
    std::uint32_t ids[kMaxIds] = {};
    std::uint32_t count = 0;  // 0: empty, and no word has an all-zero key
  };

  explicit WordCache(unsigned log2_entries)
      : entries_(std::size_t{1} << log2_entries), shift_(64 - log2_entries) {}

  struct Slot {
    Entry* entry;
    bool hit;
  };

  /// Finds the entry for a word of 1 to kMaxBytes bytes without a NUL. kMaxBytes bytes are read,
  /// whatever the size. On a miss the entry's key is already the word's: fill in ids and count.
  Slot find(const char* word, std::size_t size) noexcept {
    std::uint64_t key[kBlocks];
    std::memcpy(key, word, kMaxBytes);
    std::uint64_t hash = 0;
    for (std::size_t i = 0; i < kBlocks; ++i) {
      key[i] &= mask(size, i);
      hash = (std::rotl(hash, 23) ^ key[i]) * 0x9E3779B97F4A7C15ull;
    }
    Entry& entry = entries_[hash >> shift_];
    std::uint64_t difference = 0;
    for (std::size_t i = 0; i < kBlocks; ++i) difference |= key[i] ^ entry.key[i];
    if (difference == 0) return {&entry, entry.count != 0};
    std::memcpy(entry.key, key, kMaxBytes);
    entry.count = 0;
    return {&entry, false};
  }

 private:
  /// The bits of block i that belong to a word of `size` bytes, in little-endian order.
  static std::uint64_t mask(std::size_t size, std::size_t i) noexcept {
    if (size >= 8 * i + 8) return ~std::uint64_t{0};
    if (size <= 8 * i) return 0;
    return (std::uint64_t{1} << (8 * (size - 8 * i))) - 1;
  }
  static_assert(std::endian::native == std::endian::little, "words are masked in this order");

  std::vector<Entry> entries_;
  unsigned shift_;
};

}  // namespace m2v::tokenize
