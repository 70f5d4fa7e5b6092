#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "formats/sections.h"
#include "tokenizer/models/piece.h"
#include "tokenizer/models/unknown_token.h"
#include "tokenizer/vocabulary.h"

namespace m2v::tokenizer {

/// WordPiece (Wu et al. 2016; greedy as in BERT): takes the longest token that the word starts
/// with, then the longest one with the continuing subword prefix that matches the rest, and so on.
/// If no token matches, or the word is too long, the whole word becomes the unknown token.
/// Immutable.
class WordPiece {
 public:
  static constexpr std::string_view kType = "WordPiece";

  /// Reads `$.model`. If `compiled` is not null, the vocabulary comes from the sections that save()
  /// added. Throws FormatError if the content is malformed.
  static WordPiece parse(const base::JsonAt& json, const formats::Sections* compiled = nullptr);
  /// Adds the vocabulary to `sections`.
  void save(formats::Sections& sections) const { vocabulary_.save(sections); }

  /// Appends the pieces of one word in UTF-8. Throws FormatError if the unknown token is needed and
  /// is not in the vocabulary.
  void tokenize(std::string_view word, std::vector<Piece>& pieces) const;

  /// Does the same without offsets: writes the ids to `out`, which must have space for as many ids
  /// as the word has bytes, and returns a pointer past the last id.
  std::uint32_t* append_ids(std::string_view word, std::uint32_t* out) const;

  const Vocabulary& vocabulary() const noexcept { return vocabulary_; }
  const UnknownToken& unknown() const noexcept { return unknown_; }

 private:
  bool fits(std::string_view word) const noexcept;
  template <typename Append>
  bool cut(std::string_view word, Append append) const;

  Vocabulary vocabulary_;
  std::uint32_t continuing_ = Trie::kNone;  // node of the continuing subword prefix in the trie
  UnknownToken unknown_;
  std::size_t max_characters_ = 100;  // longer words become the unknown token
};

}  // namespace m2v::tokenizer
