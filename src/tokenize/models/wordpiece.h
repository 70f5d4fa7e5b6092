#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/json.h"
#include "tokenize/vocabulary.h"

namespace m2v::tokenize {

/// WordPiece: the longest token that starts the word, then the longest continuing one, and so on;
/// one unknown token for the whole word if that fails. (Wu et al. 2016; greedy as in BERT.)
class WordPiece {
 public:
  static constexpr std::string_view kType = "WordPiece";

  static WordPiece parse(const core::JsonAt& json);

  /// Appends the ids of one word. Throws Error if the unknown token is needed and there is none.
  void tokenize(std::string_view word, std::vector<std::uint32_t>& ids) const;

  const Vocabulary& vocabulary() const noexcept { return vocabulary_; }
  const std::string& unknown_token() const noexcept { return unknown_token_; }

 private:
  bool append_pieces(std::string_view word, std::vector<std::uint32_t>& ids) const;

  Vocabulary vocabulary_;
  std::uint32_t continuing_ = Trie::kNone;  // the node of the continuing prefix in the trie
  std::string unknown_token_;
  std::optional<std::uint32_t> unknown_id_;
  std::size_t max_characters_ = 100;
  std::string file_;  // for error messages
};

}  // namespace m2v::tokenize
