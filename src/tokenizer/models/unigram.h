#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "formats/sections.h"
#include "tokenizer/models/byte_tokens.h"
#include "tokenizer/models/piece.h"
#include "tokenizer/models/unknown_token.h"
#include "tokenizer/vocabulary.h"

namespace m2v::tokenizer {

/// Unigram (Kudo 2018): splits a word into the tokens with the highest sum of scores, which it
/// finds with the Viterbi algorithm, as SentencePiece does. Immutable.
class Unigram {
 public:
  static constexpr std::string_view kType = "Unigram";
  /// Member of a compiled model's JSON that holds the token with the id `unk_id`.
  static constexpr std::string_view kUnknownToken = "unk_token";

  /// Reads `$.model`. If `compiled` is not null, the vocabulary and the scores come from the
  /// sections that save() added. Throws FormatError if the content is malformed.
  static Unigram parse(const base::JsonAt& json, const formats::Sections* compiled = nullptr);
  /// Adds the vocabulary and the scores to `sections`.
  void save(formats::Sections& sections) const;

  /// Reusable working memory. It may be used by only one thread at a time.
  class Scratch {
    friend class Unigram;
    /// The best path to a position in the word: its score, and the start and id of its last token.
    struct Node {
      double score;
      std::uint32_t begin, id;
    };
    std::vector<Node> nodes_;       // indexed by the byte offset at which the path ends
    std::vector<Piece> backwards_;  // the pieces of the best path, in reverse order
  };

  /// Appends the pieces of one word in UTF-8. Throws FormatError if the unknown token is needed and
  /// there is none.
  void tokenize(std::string_view word, std::vector<Piece>& pieces, Scratch& scratch) const;

  /// Returns the vocabulary. If the file lists a token twice, the token has the later id.
  const Vocabulary& vocabulary() const noexcept { return vocabulary_; }
  /// Returns the number of ids. A token that the file lists twice has two.
  std::size_t size() const noexcept { return scores_.size(); }
  const UnknownToken& unknown() const noexcept { return unknown_; }

 private:
  void parse_vocabulary(const base::JsonAt& json);
  void load(const formats::Sections& sections);
  void find_best_path(std::string_view word, Scratch& scratch) const;
  void collect_backwards(std::string_view word, Scratch& scratch) const;
  void append_uncached(std::string_view word, const Piece& stretch,
                       std::vector<Piece>& pieces) const;

  Vocabulary vocabulary_;
  base::FlatArray<double> scores_;  // indexed by id
  double unknown_score_ = 0;        // score of a character that is not a token
  UnknownToken unknown_;
  bool byte_fallback_ = false;
  ByteTokens byte_tokens_;
  std::string file_;  // for error messages
};

}  // namespace m2v::tokenizer
