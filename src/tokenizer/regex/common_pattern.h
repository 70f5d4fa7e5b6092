#pragma once

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tokenize/regex/character_class.h"

namespace m2v::tokenize {

/// The regular expressions that tokenizers really use, matched with the Unicode tables that
/// `tokenizers` has. It knows: characters and their escapes, . \s \d \w \p{..}, brackets, ? * + and
/// {n,m} after one of these, possessive ?+ *+ ++, groups (?:..), (..), (?>..), each also with ?,
/// alternatives, $, lookahead (?=..) (?!..), and (?i:..) around ASCII. Of everything else it says
/// that it does not know it. It gives the matches that Oniguruma gives.
class CommonPattern {
 public:
  /// Nothing for a pattern with a construct that it does not know, valid or not.
  static std::optional<CommonPattern> parse(std::string_view pattern);

  /// As Regex::find_all; appends.
  void find_all(std::string_view utf8,
                std::vector<std::pair<std::size_t, std::size_t>>& matches) const;

  /// A step of the pattern. The nodes of a pattern form a graph without cycles, along which a match
  /// walks from the start node to an end.
  struct Node {
    enum class Kind : std::uint8_t {
      kRepeat,   ///< `least` to `most` characters of a class, as many as possible.
      kChoice,   ///< One of the branches, the first that leads to an end; they go on by themselves.
      kAtomic,   ///< The branch, which ends for itself; once it has matched it is not tried again.
      kAhead,    ///< The branch matches here, and the text stays where it is.
      kNotAhead  ///< The branch does not match here.
    };
    Kind kind = Kind::kRepeat;
    bool possessive = false;  ///< Of kRepeat: gives nothing back.
    std::uint32_t class_index = 0;
    std::uint32_t least = 1, most = 1;
    std::uint32_t next = 0;  ///< Of all but kChoice. kEnd: the match is complete.
    std::vector<std::uint32_t> branches;
    /// The bytes with which the rest of a match from here on can start, or more.
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

}  // namespace m2v::tokenize
