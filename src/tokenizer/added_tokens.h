#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tokenizer/vocabulary.h"

namespace m2v::tokenizer {

/// An added token: it is matched in the text before the pre-tokenizer and the model run.
struct AddedToken {
  std::string content;
  std::uint32_t id = 0;
  bool single_word = false;  ///< Matches only where no word character is adjacent to it.
  bool lstrip = false;       ///< Includes the whitespace to the left of the match.
  bool rstrip = false;       ///< Includes the whitespace to the right of the match.
  bool special = false;      ///< Takes precedence over a token that is not special.
  bool normalized = true;    ///< Its normalized content is matched in the normalized text.
};

/// Finds added tokens in a text: the leftmost match first, and the longest one at that position.
/// Immutable once constructed, so any number of threads may use it.
class AddedTokenMatcher {
 public:
  /// A segment of the text: an added token, or the text between added tokens.
  struct Segment {
    const AddedToken* token;  ///< Owned by the matcher; null for text between added tokens.
    std::string_view text;    ///< View into the text passed to split().
  };

  AddedTokenMatcher() = default;
  /// `patterns[i]` is the nonempty byte string that `tokens[i]` matches in the text. If several
  /// patterns are equal, the first one is used.
  AddedTokenMatcher(std::vector<AddedToken> tokens, const std::vector<std::string>& patterns);

  bool empty() const noexcept { return tokens_.empty(); }

  /// Returns true only if the text contains no added token. A quick test: for each pattern, it
  /// looks for a single byte. False does not mean that there is a match.
  bool definitely_absent(std::string_view text) const noexcept;

  /// Splits the text into consecutive, nonempty segments that cover it. Clears `segments` first.
  void split(std::string_view text, std::vector<Segment>& segments) const;

 private:
  struct Match {
    const AddedToken* token;
    std::size_t begin, end;
  };

  bool find(std::string_view text, std::size_t from, Match& match) const;

  std::vector<AddedToken> tokens_;
  Vocabulary patterns_;                    // pattern -> index into tokens_
  std::array<bool, 256> is_first_byte_{};  // whether a pattern starts with the byte
  std::array<bool, 256> is_rare_byte_{};   // whether the byte is the rare byte of a pattern
  std::string rare_bytes_;                 // the distinct rare bytes
};

}  // namespace m2v::tokenizer
