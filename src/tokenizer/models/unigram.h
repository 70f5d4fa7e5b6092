#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/json.h"
#include "core/sections.h"
#include "tokenize/models/byte_tokens.h"
#include "tokenize/models/piece.h"
#include "tokenize/models/unknown_token.h"
#include "tokenize/vocabulary.h"

namespace m2v::tokenize {

/// Unigram: of all ways to cut a word into tokens, the one with the highest sum of scores. (Kudo
/// 2018; Viterbi's algorithm as in SentencePiece.)
class Unigram {
 public:
  static constexpr std::string_view kType = "Unigram";
  /// Where the JSON of a compiled model has the token of `unk_id`.
  static constexpr std::string_view kUnknownToken = "unk_token";

  static Unigram parse(const core::JsonAt& json, const core::Sections* compiled = nullptr);
  void save(core::Sections& sections) const;  ///< What parse() then finds in `compiled`.

  /// Working memory, to be used again and again. For one thread at a time.
  class Scratch {
    friend class Unigram;
    /// The best way to cut the word up to here: its score and its last token.
    struct Node {
      double score;
      std::uint32_t begin, id;
    };
    std::vector<Node> nodes_;       // by the byte at which the way ends
    std::vector<Piece> backwards_;  // the pieces of the best way, last first
  };

  /// Appends the pieces of one word, in UTF-8. Throws FormatError if the unknown token is needed
  /// and there is none.
  void tokenize(std::string_view word, std::vector<Piece>& pieces, Scratch& scratch) const;

  /// Of a token that the file has twice the last one.
  const Vocabulary& vocabulary() const noexcept { return vocabulary_; }
  /// How many ids there are: a token that the file has twice has two.
  std::size_t size() const noexcept { return scores_.size(); }
  const UnknownToken& unknown() const noexcept { return unknown_; }

 private:
  void parse_vocabulary(const core::JsonAt& json);
  void load(const core::Sections& sections);
  void find_best_way(std::string_view word, Scratch& scratch) const;
  void collect_backwards(std::string_view word, Scratch& scratch) const;
  void append_unknown(std::string_view word, const Piece& stretch,
                      std::vector<Piece>& pieces) const;

  Vocabulary vocabulary_;
  core::FlatArray<double> scores_;  // by id
  double unknown_score_ = 0;        // of one character that is no token
  UnknownToken unknown_;
  bool byte_fallback_ = false;
  ByteTokens byte_tokens_;
  std::string file_;  // for error messages
};

}  // namespace m2v::tokenize
