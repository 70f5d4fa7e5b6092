#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace m2v::tokenize {

/// A word of up to kBlocks * 8 bytes as whole numbers, zero-padded: compared and hashed without a
/// loop over bytes.
template <std::size_t kBlocks>
struct WordKey {
  static constexpr std::size_t kMaxBytes = kBlocks * 8;

  std::uint64_t blocks[kBlocks] = {};

  WordKey() = default;
  /// A word of 1 to kMaxBytes bytes without a NUL. kMaxBytes bytes are read, whatever the size.
  WordKey(const char* word, std::size_t size) noexcept {
    std::memcpy(blocks, word, kMaxBytes);
    for (std::size_t i = 0; i < kBlocks; ++i) blocks[i] &= mask(size, i);
  }

  bool operator==(const WordKey& other) const noexcept {
    std::uint64_t difference = 0;
    for (std::size_t i = 0; i < kBlocks; ++i) difference |= blocks[i] ^ other.blocks[i];
    return difference == 0;
  }

  std::uint64_t hash() const noexcept {
    std::uint64_t hash = 0;
    for (const std::uint64_t block : blocks) {
      hash = (std::rotl(hash, 23) ^ block) * 0x9E3779B97F4A7C15ull;
    }
    return hash;
  }

 private:
  /// The bits of block i that belong to a word of `size` bytes, in little-endian order.
  static std::uint64_t mask(std::size_t size, std::size_t i) noexcept {
    if (size >= 8 * i + 8) return ~std::uint64_t{0};
    if (size <= 8 * i) return 0;
    return (std::uint64_t{1} << (8 * (size - 8 * i))) - 1;
  }
  static_assert(std::endian::native == std::endian::little, "words are masked in this order");
};

/// A word and its ids. A count of 0 marks an empty entry: no word has an all-zero key.
template <std::size_t kBlocks, std::size_t kIds>
struct WordEntry {
  static constexpr std::size_t kMaxIds = kIds;

  WordKey<kBlocks> key;
  std::uint32_t ids[kIds] = {};
  std::uint32_t count = 0;

  /// Copies the ids to `out`, where kIds may be written, and returns the place behind them.
  std::uint32_t* copy_ids(std::uint32_t* out) const noexcept {
    std::memcpy(out, ids, sizeof(ids));
    return out + count;
  }
};

}  // namespace m2v::tokenize
