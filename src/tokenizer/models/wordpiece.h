#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "core/json.h"
#include "core/sections.h"
#include "tokenize/models/piece.h"
#include "tokenize/models/unknown_token.h"
#include "tokenize/vocabulary.h"

namespace m2v::tokenize {

/// WordPiece: the longest token that starts the word, then the longest continuing one, and so on;
/// one unknown token for the whole word if that fails. (Wu et al. 2016; greedy as in BERT.)
class WordPiece {
 public:
  static constexpr std::string_view kType = "WordPiece";

  static WordPiece parse(const core::JsonAt& json, const core::Sections* compiled = nullptr);
  /// What parse() then finds in `compiled`.
  void save(core::Sections& sections) const { vocabulary_.save(sections); }

  /// Appends the pieces of one word, in UTF-8. Throws Error if the unknown token is needed and
  /// there is none.
  void tokenize(std::string_view word, std::vector<Piece>& pieces) const;

  /// The same without their places: writes the ids to `out`, where as many as the word has bytes
  /// may be written, and returns the place behind them.
  std::uint32_t* append_ids(std::string_view word, std::uint32_t* out) const;

  const Vocabulary& vocabulary() const noexcept { return vocabulary_; }
  const UnknownToken& unknown() const noexcept { return unknown_; }

 private:
  bool fits(std::string_view word) const noexcept;
  template <typename Append>
  bool cut(std::string_view word, Append append) const;

  Vocabulary vocabulary_;
  std::uint32_t continuing_ = Trie::kNone;  // the node of the continuing prefix in the trie
  UnknownToken unknown_;
  std::size_t max_characters_ = 100;
};

}  // namespace m2v::tokenize
