#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "core/json.h"
#include "distill/merges.h"

namespace m2v::distillation {

/// A token of a tokenizer's model.
struct VocabularyToken {
  std::string text;
  std::uint32_t id = 0;
  double score = 0;  ///< Unigram alone has scores.
};

/// What `$.model` of a tokenizer.json knows by heart, of whatever type it is.
class ModelVocabulary {
 public:
  static constexpr std::uint32_t kNewToken = 0xFFFFFFFF;  ///< The id of a token that is new.

  /// Reads `$.model`. Of a token that is there twice the last one counts. Throws FormatError, also
  /// for two tokens of one id.
  static ModelVocabulary read(const core::JsonAt& model);
  /// Puts the tokens into a `$.model` of the same type, numbered 0, 1, 2, ... in their order.
  void write(core::Json& model) const;

  const std::vector<VocabularyToken>& tokens() const noexcept { return tokens_; }  ///< By id.
  bool contains(const std::string& text) const { return texts_.contains(text); }
  const Merges& merges() const noexcept { return merges_; }  ///< None but for BPE.
  bool is_bpe() const noexcept { return kind_ == Kind::kBpe; }
  bool has_affixes() const noexcept { return is_bpe() && has_affixes_; }
  bool has_scores() const noexcept { return kind_ == Kind::kUnigram; }

  /// Another token of the teacher, at the place of its id, with the lowest score.
  void insert(const std::string& text, std::uint32_t id);
  /// A new token at the end, with the lowest score.
  void append(const std::string& text);
  /// The same, and merges that put it together; what they need on the way is appended as well.
  void append_word(const std::string& text);
  /// Removes the tokens of which `gone(token)` is true, and the merges that touch them.
  void remove(const std::function<bool(const VocabularyToken&)>& gone);

  std::optional<std::string> unknown;  ///< The token for unknown text, in the vocabulary or not.

 private:
  enum class Kind { kWordPiece, kWordLevel, kBpe, kUnigram };
  static Kind read_kind(const core::JsonAt& type);
  void read_unknown(const core::JsonAt& model);
  core::Json as_json() const;
  void remove_lost_merges();

  Kind kind_ = Kind::kWordPiece;
  std::vector<VocabularyToken> tokens_;
  std::unordered_set<std::string> texts_;
  double lowest_score_ = 0;  // of a Unigram's tokens
  Merges merges_;
  bool has_affixes_ = false;       // BPE's characters are not the word's
  std::string continuing_prefix_;  // "##", or what else continues a word
};

/// An id of 32 bits. Throws FormatError.
std::uint32_t read_token_id(const core::JsonAt& value);

}  // namespace m2v::distillation
