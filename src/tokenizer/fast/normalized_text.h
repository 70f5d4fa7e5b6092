#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "simd/ascii.h"

namespace m2v::tokenizer {

/// Normalized text that is split into words while it is appended. Besides the characters, it stores
/// two bits per byte:
///
///   text    H e l l o ,   w o r l d      ->   h e l l o ,   w o r l d
///   starts                                    1 . . . . 1 . 1 . . . .   a word begins here
///   gaps                                      . . . . . . 1 . . . . .   whitespace: in no word
///
/// A word ends at the next start, at the next gap, or at the end of the text. begin() keeps the
/// memory of earlier texts.
class NormalizedText {
 public:
  /// The kind of a character: part of a word, whitespace, or a word of its own.
  enum class Kind : std::uint8_t { kWord, kGap, kIsolated };
  static constexpr std::size_t kReadAhead = 64;  ///< In bytes; see for_each_word().

  /// Starts a new text with space for `bytes` input bytes. Each of them produces at most three
  /// bytes, since no character grows more than threefold under BertNormalizer.
  void begin(std::size_t bytes) {
    const std::size_t capacity = 3 * bytes + kSlack;
    if (capacity > capacity_) {
      characters_ = std::make_unique_for_overwrite<char[]>(capacity);
      starts_.resize(capacity / 64 + 2);
      gaps_.resize(capacity / 64 + 2);
      capacity_ = capacity;
    }
    std::fill_n(starts_.begin(), capacity / 64 + 2, 0);
    std::fill_n(gaps_.begin(), capacity / 64 + 2, 0);
    size_ = 0;
    after_boundary_ = true;
  }

  /// Returns the position for the next characters. 64 bytes may be written there.
  char* end() noexcept { return characters_.get() + size_; }
  /// Returns the size in bytes.
  std::size_t size() const noexcept { return size_; }
  /// Returns whether there is space for another character of any size.
  bool has_space() const noexcept { return size_ + kSlack / 2 <= capacity_; }

  /// Appends the first `count` (1 to 64) of the characters just written to end().
  void append_ascii(const simd::AsciiClasses& classes, std::size_t count) noexcept {
    const std::uint64_t valid = ~std::uint64_t{0} >> (64 - count);
    const std::uint64_t gaps = classes.space & valid;
    const std::uint64_t isolated = classes.punctuation & valid;
    const std::uint64_t boundaries = gaps | isolated;
    const std::uint64_t after = (boundaries << 1) | (after_boundary_ ? 1 : 0);
    set_bits(starts_, isolated | (~boundaries & valid & after));
    set_bits(gaps_, gaps);
    after_boundary_ = (boundaries >> (count - 1)) & 1;
    size_ += count;
  }

  /// Appends one character of `count` bytes just written to end().
  void append_character(std::size_t count, Kind kind) noexcept {
    if (kind == Kind::kGap) {
      set_bits(gaps_, 1);
    } else if (kind == Kind::kIsolated || after_boundary_) {
      set_bits(starts_, 1);
    }
    after_boundary_ = kind != Kind::kWord;
    size_ += count;
  }

  /// Calls visit(const char* word, std::size_t size) for every word, in order, until it returns
  /// false. Whatever `size` is, kReadAhead bytes from `word` on may be read.
  template <typename Visit>
  void for_each_word(Visit visit) {
    set_bits(gaps_, 1);          // a gap after the end of the text
    const char* open = nullptr;  // a word that began in an earlier block
    std::uint64_t after_gap = 1;
    for (std::size_t block = 0; block * 64 <= size_; ++block) {
      const char* const text = characters_.get() + block * 64;
      std::uint64_t starts = starts_[block];
      const std::uint64_t gaps = gaps_[block];
      std::uint64_t ends = (starts | gaps) & ~(gaps << 1 | after_gap);
      after_gap = gaps >> 63;
      if (open != nullptr && ends != 0) {
        if (!visit(open, static_cast<std::size_t>(text + std::countr_zero(ends) - open))) return;
        ends &= ends - 1;
        open = nullptr;
      }
      for (; ends != 0; ends &= ends - 1, starts &= starts - 1) {  // pairs of a start and an end
        const int begin = std::countr_zero(starts);
        if (!visit(text + begin, static_cast<std::size_t>(std::countr_zero(ends) - begin))) return;
      }
      if (starts != 0) open = text + std::countr_zero(starts);
    }
  }

 private:
  static constexpr std::size_t kSlack = 192;  // in bytes

  /// Sets bits, starting at the position of the next character.
  void set_bits(std::vector<std::uint64_t>& bits, std::uint64_t values) const noexcept {
    const std::size_t shift = size_ & 63;
    bits[size_ / 64] |= values << shift;
    if (shift != 0) bits[size_ / 64 + 1] |= values >> (64 - shift);
  }

  std::unique_ptr<char[]> characters_;
  std::vector<std::uint64_t> starts_, gaps_;
  std::size_t capacity_ = 0;
  std::size_t size_ = 0;
  bool after_boundary_ = true;
};

}  // namespace m2v::tokenizer
