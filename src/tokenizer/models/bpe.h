#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "formats/sections.h"
#include "tokenizer/models/byte_tokens.h"
#include "tokenizer/models/merge_table.h"
#include "tokenizer/models/piece.h"
#include "tokenizer/models/unknown_token.h"
#include "tokenizer/vocabulary.h"

namespace m2v::tokenizer {

/// Byte pair encoding (Sennrich et al. 2016). A word starts as its characters; repeatedly, the pair
/// of adjacent tokens that comes first in the list of merges becomes one token, until no adjacent
/// pair is in the list. Immutable.
class Bpe {
 public:
  static constexpr std::string_view kType = "BPE";

  /// Reads `$.model`. If `compiled` is not null, the vocabulary and the merges come from the
  /// sections that save() added. Throws FormatError if the content is malformed, contradictory, or
  /// has a dropout other than 0.
  static Bpe parse(const base::JsonAt& json, const formats::Sections* compiled = nullptr);
  /// Adds the vocabulary and the merges to `sections`.
  void save(formats::Sections& sections) const;

  /// Reusable working memory. It may be used by only one thread at a time.
  class Scratch {
    friend class Bpe;
    /// A part of the word that is currently one token. Those not merged away form a linked list.
    struct Symbol {
      std::uint32_t id;
      std::uint32_t size;            // in bytes; 0 if it was merged into the symbol before it
      std::uint32_t previous, next;  // indices of the neighbors
    };
    /// A pair of neighbors that could merge when the candidate was added.
    struct Candidate {
      std::uint64_t turn;  // rank of the merge (high half), position of the left symbol (low half)
      std::uint32_t id;    // id of the merged token

      std::uint32_t position() const noexcept { return static_cast<std::uint32_t>(turn); }
      /// Reversed, because the top of a standard heap is its largest element.
      bool operator<(const Candidate& other) const noexcept { return turn > other.turn; }
    };
    struct Token {
      std::uint32_t id;
      std::uint32_t size;     // in bytes
      std::uint32_t symbols;  // number of symbols that were merged into it
    };
    std::vector<Symbol> symbols_;
    std::vector<Candidate> first_candidates_;  // initial candidates, sorted by turn
    std::vector<Candidate> later_candidates_;  // candidates that merging creates; a heap
    // For long words: the tokens so far, and the current part of the symbols with its tokens.
    std::vector<Token> tokens_, part_tokens_;
    std::vector<Symbol> part_;
  };

  /// Appends the pieces of one word in UTF-8. Throws FormatError if the unknown token is needed and
  /// is not in the vocabulary.
  void tokenize(std::string_view word, std::vector<Piece>& pieces, Scratch& scratch) const;

  /// Returns whether affixes may be spelled in bytes, so that a word may have more pieces than
  /// bytes.
  bool spells_affixes_in_bytes() const noexcept { return byte_fallback_ && has_affixes(); }
  /// Returns whether the model has a continuing subword prefix or an end-of-word suffix.
  bool has_affixes() const noexcept { return !(prefix_.empty() && suffix_.empty()); }
  /// Returns whether a word that is in the vocabulary becomes that token regardless of the merges.
  bool ignores_merges() const noexcept { return ignore_merges_; }
  /// Returns whether every character can be spelled: byte fallback is on and the vocabulary has all
  /// 256 byte tokens.
  bool spells_everything() const noexcept;

  const Vocabulary& vocabulary() const noexcept { return vocabulary_; }
  const MergeTable& merges() const noexcept { return merges_; }
  const UnknownToken& unknown() const noexcept { return unknown_; }

 private:
  void append_characters(std::string_view word, Scratch& scratch) const;
  std::optional<std::uint32_t> find_character(std::string_view character, bool first,
                                              bool last) const noexcept;
  bool append_bytes(std::string_view character, bool first, bool last, Scratch& scratch) const;
  void append_uncached(std::size_t size, Scratch& scratch) const;
  using Symbols = std::vector<Scratch::Symbol>;
  void merge(Symbols& symbols, Scratch& scratch) const;
  bool note_candidate(const Symbols& symbols, std::uint32_t position,
                      std::vector<Scratch::Candidate>& candidates) const;
  void merge_in_parts(Scratch& scratch) const;
  void merge_part(std::size_t begin, std::size_t end, Scratch& scratch) const;
  bool remain_separate(std::size_t boundary, const Scratch::Token& left,
                       const Scratch::Token& right, Scratch& scratch) const;

  Vocabulary vocabulary_;
  MergeTable merges_;
  bool has_unknown_ = false;  // if false, unknown characters are dropped
  UnknownToken unknown_;
  std::string prefix_;                       // of every character of a word except the first
  std::uint32_t prefix_node_ = Trie::kRoot;  // node of the prefix in the trie, or Trie::kNone
  std::string suffix_;                       // of the last character of a word
  bool fuse_unknown_ = false;
  bool byte_fallback_ = false;
  bool ignore_merges_ = false;
  ByteTokens byte_tokens_;
};

}  // namespace m2v::tokenizer
