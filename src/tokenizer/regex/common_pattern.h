#pragma once

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tokenizer/regex/character_class.h"

namespace m2v::tokenizer {

/// A matcher for the subset of regular expressions that real tokenizers use, with the Unicode
/// tables of `tokenizers`. The matches are those of Oniguruma. The subset consists of
///   - characters and their escapes, brackets, and . \s \d \w \p{..},
///   - the quantifiers ? * + {n,m} after one of these, and the possessive ones ?+ *+ ++,
///   - groups (?:..) (..) (?>..), each also with ?, and (?i:..) around ASCII,
///   - alternatives, lookahead (?=..) (?!..), and $.
/// parse() rejects everything else. Immutable.
class CommonPattern {
 public:
  /// Returns nothing if the pattern is invalid or not in the subset.
  static std::optional<CommonPattern> parse(std::string_view pattern);

  /// Appends the same matches as Regex::find_all(). Throws Error if the text takes too much
  /// backtracking.
  void find_all(std::string_view utf8,
                std::vector<std::pair<std::size_t, std::size_t>>& matches) const;

  /// A step of the pattern. The nodes of a pattern form an acyclic graph. A match is a path from
  /// the start node to kEnd.
  struct Node {
    enum class Kind : std::uint8_t {
      kRepeat,   ///< Matches `least` to `most` characters of a class, as many as possible.
      kChoice,   ///< Tries the branches in order. Each of them continues to the end of the match.
      kAtomic,   ///< Matches the branch, which ends at kEnd, and never backtracks into it.
      kAhead,    ///< Requires that the branch matches here, without consuming text.
      kNotAhead  ///< Requires that the branch does not match here.
    };
    Kind kind = Kind::kRepeat;
    bool possessive = false;              ///< For kRepeat: never gives back characters.
    std::uint32_t class_index = 0;        ///< For kRepeat: index of the character class.
    std::uint32_t least = 1, most = 1;    ///< For kRepeat: bounds of the number of characters.
    std::uint32_t next = 0;               ///< Index of the next node, or kEnd. Not used by kChoice.
    std::vector<std::uint32_t> branches;  ///< Indices of the first nodes of the branches.
    /// A superset of the bytes that the rest of a match from this node on can start with.
    std::bitset<256> firsts;
  };
  static constexpr std::uint32_t kEnd = UINT32_MAX;
  static constexpr std::uint32_t kUnlimited = UINT32_MAX;

 private:
  friend class CommonPatternParser;
  class Search;

  void find_firsts();
  std::bitset<256> firsts_of(const Node& node) const;
  std::bitset<256> firsts_from(std::uint32_t number) const;

  std::string pattern_;
  std::vector<Node> nodes_;
  std::vector<CharacterClass> classes_;
  std::uint32_t start_ = kEnd;
};

}  // namespace m2v::tokenizer
