#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tokenize/vocabulary.h"

namespace m2v::tokenize {

/// A token that is found in the text before the model sees it.
struct AddedToken {
  std::string content;
  std::uint32_t id = 0;
  bool single_word = false;  ///< Only where no word character touches it.
  bool lstrip = false;       ///< Takes the white space on its left along.
  bool rstrip = false;
  bool special = false;    ///< Of tokens that look alike, special ones come first.
  bool normalized = true;  ///< Looked for in the normalized text, and itself normalized.
};

/// Finds added tokens in a text: leftmost first, the longest of those that start there.
class AddedTokenMatcher {
 public:
  /// A stretch of the text: an added token, or text between them.
  struct Segment {
    const AddedToken* token;  ///< Null: text.
    std::string_view text;
  };

  AddedTokenMatcher() = default;
  /// `patterns[i]` is what `tokens[i]` looks like in the text: not empty. Of equal patterns the
  /// first counts.
  AddedTokenMatcher(std::vector<AddedToken> tokens, const std::vector<std::string>& patterns);

  bool empty() const noexcept { return tokens_.empty(); }

  /// True if the text lacks a byte of every added token: a quick first look.
  bool surely_absent(std::string_view text) const noexcept;

  /// Cuts the text; `segments` is cleared first. Text segments are never empty.
  void split(std::string_view text, std::vector<Segment>& segments) const;

 private:
  struct Match {
    const AddedToken* token;
    std::size_t begin, end;
  };

  bool find(std::string_view text, std::size_t from, Match& match) const;

  std::vector<AddedToken> tokens_;
  Vocabulary patterns_;  // pattern -> index in tokens_
  std::array<bool, 256> is_first_byte_{};
  std::array<bool, 256> is_rare_byte_{};  // one of each pattern
  std::string rare_bytes_;                // each once
};

}  // namespace m2v::tokenize
