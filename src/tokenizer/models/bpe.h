#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/json.h"
#include "core/sections.h"
#include "tokenize/models/byte_tokens.h"
#include "tokenize/models/merge_table.h"
#include "tokenize/models/piece.h"
#include "tokenize/models/unknown_token.h"
#include "tokenize/vocabulary.h"

namespace m2v::tokenize {

/// Byte pair encoding: a word starts as its characters, and of its neighbours those that come first
/// in the list of merges become one token, until no two are in the list. (Sennrich et al. 2016)
class Bpe {
 public:
  static constexpr std::string_view kType = "BPE";

  static Bpe parse(const core::JsonAt& json, const core::Sections* compiled = nullptr);
  void save(core::Sections& sections) const;  ///< What parse() then finds in `compiled`.

  /// Working memory, to be used again and again. For one thread at a time.
  class Scratch {
    friend class Bpe;
    /// A part of the word that is one token by now; those that are left form a list.
    struct Symbol {
      std::uint32_t id;
      std::uint32_t size;  // in bytes; 0: merged into the one before
      std::uint32_t previous, next;
    };
    /// Neighbours that merge, or did when this was noted.
    struct Candidate {
      std::uint64_t turn;  // the merge's rank, then the position of the left one
      std::uint32_t id;    // what they become

      std::uint32_t position() const noexcept { return static_cast<std::uint32_t>(turn); }
      /// Lower, for the top of a heap is the highest.
      bool operator<(const Candidate& other) const noexcept { return turn > other.turn; }
    };
    struct Token {
      std::uint32_t id;
      std::uint32_t size;     // in bytes
      std::uint32_t symbols;  // that it was made of
    };
    std::vector<Symbol> symbols_;
    std::vector<Candidate> first_candidates_;  // in the order of their turns
    std::vector<Candidate> later_candidates_;  // that merging makes; a heap
    // Of a long word: the tokens so far, and a part of its symbols with the tokens that they
    // become.
    std::vector<Token> tokens_, part_tokens_;
    std::vector<Symbol> part_;
  };

  /// Appends the pieces of one word, in UTF-8. Throws FormatError if the unknown token is needed
  /// and is not in the vocabulary.
  void tokenize(std::string_view word, std::vector<Piece>& pieces, Scratch& scratch) const;

  /// Whether a word may have more pieces than bytes.
  bool spells_affixes_in_bytes() const noexcept { return byte_fallback_ && has_affixes(); }
  bool has_affixes() const noexcept { return !(prefix_.empty() && suffix_.empty()); }
  /// Whether a word that is a token is not put together by merges.
  bool ignores_merges() const noexcept { return ignore_merges_; }
  /// Whether there are bytes for every character that the vocabulary does not have.
  bool spells_everything() const noexcept;

  const Vocabulary& vocabulary() const noexcept { return vocabulary_; }
  const MergeTable& merges() const noexcept { return merges_; }
  const UnknownToken& unknown() const noexcept { return unknown_; }

 private:
  void append_characters(std::string_view word, Scratch& scratch) const;
  std::optional<std::uint32_t> find_character(std::string_view character, bool first,
                                              bool last) const noexcept;
  bool append_bytes(std::string_view character, bool first, bool last, Scratch& scratch) const;
  void append_unknown(std::size_t size, Scratch& scratch) const;
  using Symbols = std::vector<Scratch::Symbol>;
  void merge(Symbols& symbols, Scratch& scratch) const;
  bool note_candidate(const Symbols& symbols, std::uint32_t position,
                      std::vector<Scratch::Candidate>& candidates) const;
  void merge_in_parts(Scratch& scratch) const;
  void merge_part(std::size_t begin, std::size_t end, Scratch& scratch) const;
  bool stay_apart(std::size_t boundary, const Scratch::Token& left, const Scratch::Token& right,
                  Scratch& scratch) const;

  Vocabulary vocabulary_;
  MergeTable merges_;
  bool has_unknown_ = false;  // without it unknown characters leave no trace
  UnknownToken unknown_;
  std::string prefix_;  // of every character but a word's first
  std::uint32_t prefix_node_ = Trie::kRoot;
  std::string suffix_;  // of a word's last character
  bool fuse_unknown_ = false;
  bool byte_fallback_ = false;
  bool ignore_merges_ = false;
  ByteTokens byte_tokens_;
};

}  // namespace m2v::tokenize
