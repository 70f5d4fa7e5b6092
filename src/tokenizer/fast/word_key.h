#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace m2v::tokenizer {

/// A word of up to kBlocks * 8 bytes as 64-bit integers, which are compared and hashed without a
/// loop over bytes. The last block is shifted so that the bytes after the word drop out; zeros fill
/// the rest.
template <std::size_t kBlocks>
struct WordKey {
  static constexpr std::size_t kMaxBytes = kBlocks * 8;
  static constexpr std::size_t kMinBytes = kMaxBytes - 7;

  std::uint64_t blocks[kBlocks] = {};

  WordKey() = default;
  /// The word must have kMinBytes to kMaxBytes bytes and no NUL. kMaxBytes bytes are read, whatever
  /// `size` is.
  WordKey(const char* word, std::size_t size) noexcept {
    std::memcpy(blocks, word, kMaxBytes);
    blocks[kBlocks - 1] <<= 8 * (kMaxBytes - size);
  }

  bool operator==(const WordKey& other) const noexcept {
    std::uint64_t difference = 0;
    for (std::size_t i = 0; i < kBlocks; ++i) difference |= blocks[i] ^ other.blocks[i];
    return difference == 0;
  }

  /// Returns true for the default key, which differs from the key of every word.
  bool is_zero() const noexcept { return blocks[kBlocks - 1] == 0; }

  /// Returns a hash whose high bits depend on all bits of the word.
  std::uint64_t hash() const noexcept {
    std::uint64_t hash = 0;
    for (const std::uint64_t block : blocks) {
      hash = (std::rotl(hash, 23) ^ block) * 0x9E3779B97F4A7C15ull;
    }
    return hash;
  }

  static_assert(std::endian::native == std::endian::little, "the last block is shifted so");
};

}  // namespace m2v::tokenizer
