#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/flat_array.h"
#include "formats/sections.h"
#include "text/unicode.h"
#include "tokenizer/fast/spelling.h"
#include "tokenizer/models/bpe.h"

namespace m2v::tokenizer {

/// Finds seams: positions where a text can be split before a BPE model tokenizes it without
/// changing the tokens. A seam lies between two characters that no merge joins. A merge joins the
/// last character of its left token to the first one of its right token, so these pairs are
/// collected from all merges when a tokenizer is loaded. No merge crosses a seam, and the merges on
/// one side do not depend on the other side: merges are applied by rank, then from left to right,
/// and this order within a side is the same with or without the other side.
///
///   ▁ h e l l o , ▁ w o r l d        pairs of merges: ▁h he el ll lo ▁w wo or rl ld
///              | |                   seams: o|,  ,|▁
class BpeSeams {
 public:
  /// Collects the pairs for words in the given spelling. If `compiled` is not null, uses the
  /// sections that save() added instead. Returns nothing if the sections are not there, or if the
  /// model is more than characters and merges: if it has affixes or `ignore_merges`; if two tokens
  /// have the same id, an id is far too large, or a token is empty; if merges join the unknown
  /// token or byte tokens; or if it drops characters outside the vocabulary. Throws FormatError if
  /// a section is malformed.
  static std::optional<BpeSeams> find(const Bpe& model, Spelling spelling,
                                      const formats::Sections* compiled = nullptr);
  /// Adds the pairs to `sections`.
  void save(formats::Sections& sections) const;

  /// Calls `visit(const char* word, std::size_t size)` for each stretch between seams, in order,
  /// until it returns false. `size` is in bytes. The text must be valid UTF-8.
  template <typename Visit>
  void cut(std::string_view text, Visit visit) const {
    std::size_t begin = 0;
    char32_t before = 0;
    for (std::size_t position = 0; position < text.size();) {
      const std::size_t here = position;
      const char32_t c = text::decode_utf8(text, position);
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
                                      const formats::Sections& sections);

  bool may_join(char32_t left, char32_t right) const noexcept {
    if (may_merge(left, right)) return true;
    return !spells_everything_ && !is_known(left) && !is_known(right);
  }
  bool may_merge(char32_t left, char32_t right) const noexcept {
    if ((left | right) < kAscii) return ascii_[left * kAscii + right] != 0;
    const std::size_t location = location_of(left, right);
    return (others_[location / 64] >> (location % 64) & 1) != 0;
  }
  bool is_known(char32_t c) const noexcept { return c < kAscii && known_[c]; }

  std::size_t location_of(char32_t left, char32_t right) const noexcept {
    const std::uint64_t key = std::uint64_t{left} << 21 | right;
    return key * 0x9E3779B97F4A7C15 >> shift_;
  }

  /// [kAscii, kAscii], indexed by the left and the right character: nonzero if a merge may join
  /// them.
  base::FlatArray<std::uint8_t> ascii_;
  /// The same for all other pairs: a bitmap indexed by a hash. Its size is a power of two. Pairs
  /// with equal hashes share a bit, which can only hide a seam.
  base::FlatArray<std::uint64_t> others_;
  int shift_ = 0;  // right shift from hash to bit
  /// Whether every character can be spelled in bytes, so that no character is unknown. Otherwise,
  /// there is no seam between two characters outside the vocabulary: the unknown token may be
  /// delayed by further unknown characters, and byte tokens then come before it.
  bool spells_everything_ = false;
  std::array<bool, kAscii> known_{};  // whether the character is in the vocabulary
};

}  // namespace m2v::tokenizer
