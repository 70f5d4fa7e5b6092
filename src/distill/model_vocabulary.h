#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "base/json.h"
#include "distill/merges.h"

namespace m2v::distillation {

/// A token of a tokenizer's model.
struct VocabularyToken {
  std::string text;
  std::uint32_t id = 0;
  double score = 0;  ///< Log probability; only Unigram has scores.
};

/// The vocabulary in `$.model` of a tokenizer.json, for all types of model.
class ModelVocabulary {
 public:
  /// The id that stands for a new token, which the teacher does not have.
  static constexpr std::uint32_t kNewToken = 0xFFFFFFFF;

  /// Reads `$.model`. If a token occurs twice, the last occurrence counts. Throws FormatError if
  /// the model is malformed or of an unsupported type, or if two tokens have the same id.
  static ModelVocabulary read(const base::JsonAt& model);
  /// Replaces the vocabulary of a `$.model` of the same type by these tokens, numbered 0, 1, 2, ...
  /// in their order.
  void write(base::Json& model) const;

  /// Sorted by id.
  const std::vector<VocabularyToken>& tokens() const noexcept { return tokens_; }
  bool contains(const std::string& text) const { return texts_.contains(text); }
  const Merges& merges() const noexcept { return merges_; }  ///< Empty unless is_bpe().
  bool is_bpe() const noexcept { return kind_ == Kind::kBpe; }
  /// Whether it is a BPE model that marks the continuation or the end of words in its tokens.
  bool has_affixes() const noexcept { return is_bpe() && has_affixes_; }
  bool has_scores() const noexcept { return kind_ == Kind::kUnigram; }

  /// Inserts another token of the teacher in the order of ids, with the lowest score.
  void insert(const std::string& text, std::uint32_t id);
  /// Appends a new token with the lowest score.
  void append(const std::string& text);
  /// Appends a new token and, for BPE, the merges that produce it and the intermediate tokens that
  /// they need.
  void append_word(const std::string& text);
  /// Removes the tokens for which `gone(token)` is true, and the merges that involve them.
  void remove(const std::function<bool(const VocabularyToken&)>& gone);

  /// The token for unknown text; it need not be in the vocabulary. No value: none.
  std::optional<std::string> unknown;

 private:
  enum class Kind { kWordPiece, kWordLevel, kBpe, kUnigram };
  static Kind read_kind(const base::JsonAt& type);
  void read_unknown(const base::JsonAt& model);
  base::Json as_json() const;
  void remove_lost_merges();

  Kind kind_ = Kind::kWordPiece;
  std::vector<VocabularyToken> tokens_;
  std::unordered_set<std::string> texts_;
  double lowest_score_ = 0;  // lowest score of a Unigram model's tokens
  Merges merges_;
  // Whether a BPE model has a prefix or suffix that is not part of the word.
  bool has_affixes_ = false;
  std::string continuing_prefix_;  // marks a token that continues a word, for example "##"
};

/// Reads an id of 32 bits other than kNewToken. Throws FormatError.
std::uint32_t read_token_id(const base::JsonAt& value);

}  // namespace m2v::distillation
