#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "core/flat_array.h"
#include "core/sections.h"
#include "tokenize/fast/spelling.h"
#include "tokenize/models/bpe.h"
#include "unicode/unicode.h"

namespace m2v::tokenize {

/// Where a text can be cut before a BPE model sees it, without changing its tokens: between two
/// characters that no merge joins. A merge joins the last character of its left token to the first
/// one of its right token, so the pairs that stand so in any merge are noted when a tokenizer is
/// loaded. What lies on one side of such a seam never meets the other: merges go by rank, then from
/// left to right, and that order within a side is the same with or without the other side.
///
///   ▁ h e l l o , ▁ w o r l d        pairs of merges: ▁h he el ll lo ▁w wo or rl ld
///              | |                   seams: o|,  ,|▁
class BpeSeams {
 public:
  /// For words in this spelling. None for a model with more to it than characters and merges: with
  /// affixes, with `ignore_merges`, with an id for two tokens, with merges of what stands for
  /// characters outside the vocabulary, or with nothing that stands for them.
  /// `compiled` has what save() put there, or nothing if there are none; null: they are looked for.
  static std::optional<BpeSeams> find(const Bpe& model, Spelling spelling,
                                      const core::Sections* compiled = nullptr);
  void save(core::Sections& sections) const;

  /// Calls `visit(const char* word, std::size_t size)` for what stands between seams, until it
  /// returns false. The text is valid UTF-8.
  template <typename Visit>
  void cut(std::string_view text, Visit visit) const {
    std::size_t begin = 0;
    char32_t before = 0;
    for (std::size_t position = 0; position < text.size();) {
      const std::size_t here = position;
      const char32_t c = unicode::decode_utf8(text, position);
      if (here > begin && !may_join(before, c)) {
        if (!visit(text.data() + begin, here - begin)) return;
        begin = here;
      }
      before = c;
    }
    if (begin < text.size()) visit(text.data() + begin, text.size() - begin);
  }

 private:
  static constexpr std::size_t kAscii = 128;

  BpeSeams(const Bpe& model, Spelling spelling);
  static std::optional<BpeSeams> load(const Bpe& model, Spelling spelling,
                                      const core::Sections& sections);

  bool may_join(char32_t left, char32_t right) const noexcept {
    if (may_merge(left, right)) return true;
    return !spells_everything_ && !is_known(left) && !is_known(right);
  }
  bool may_merge(char32_t left, char32_t right) const noexcept {
    if ((left | right) < kAscii) return ascii_[left * kAscii + right] != 0;
    const std::size_t place = place_of(left, right);
    return (others_[place / 64] >> (place % 64) & 1) != 0;
  }
  bool is_known(char32_t c) const noexcept { return c < kAscii && known_[c]; }

  std::size_t place_of(char32_t left, char32_t right) const noexcept {
    const std::uint64_t key = std::uint64_t{left} << 21 | right;
    return key * 0x9E3779B97F4A7C15 >> shift_;
  }

  /// Whether a merge may join the two: not 0. By the left character, then the right one.
  core::FlatArray<std::uint8_t> ascii_;
  /// The same for other pairs, a bit each, by a hash: two pairs may share a place, so that a seam
  /// is missed. A power of two.
  core::FlatArray<std::uint64_t> others_;
  int shift_ = 0;
  /// Whether there are bytes for every character, and so no unknown one: an unknown token waits for
  /// more unknown characters, and bytes overtake it, until a character in the vocabulary comes.
  bool spells_everything_ = false;
  std::array<bool, kAscii> known_{};  // is in the vocabulary
};

}  // namespace m2v::tokenize
