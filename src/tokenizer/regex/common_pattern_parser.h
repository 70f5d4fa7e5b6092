#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tokenizer/regex/common_pattern.h"

namespace m2v::tokenizer {

/// A recursive-descent parser for CommonPattern. At a construct outside the subset, it clears
/// `known_` and skips the rest of the pattern. Each object parses one pattern.
class CommonPatternParser {
 public:
  explicit CommonPatternParser(std::u32string pattern) : text_(std::move(pattern)) {}

  /// Returns nothing if the pattern is invalid or not in the subset of CommonPattern.
  std::optional<CommonPattern> parse();

 private:
  using Node = CommonPattern::Node;
  /// A part of the graph.
  struct Fragment {
    std::uint32_t start = CommonPattern::kEnd;  ///< Index of the first node.
    std::vector<std::uint32_t> open;            ///< The nodes whose `next` has yet to be set.
    bool is_assertion = false;  ///< Whether it, or one of its branches, is just a lookahead or $.
  };

  Fragment alternatives();
  Fragment sequence();
  Fragment item();
  Fragment group();
  Fragment line_end();
  Fragment repeated(CharacterClass characters);
  void quantifier(Node& node);
  void interval(Node& node);
  void repeat_again(Node& node);
  std::optional<std::uint32_t> number();

  CharacterClass atom();
  CharacterClass escape();
  CharacterClass brackets();
  void element(CharacterClass& characters, bool is_first);
  void inner_brackets(CharacterClass& characters);
  /// Reads an escape for a set, such as \s or \p{L}, after the backslash. Returns false if it is
  /// another escape.
  bool set_escape(CharacterClass& characters);
  /// Reads an escape for a single character, after the backslash.
  char32_t escaped_character();
  char32_t hex_character();
  void add_character(CharacterClass& characters, char32_t c);
  void watch_folding(char32_t c);

  Fragment add(Node node);
  Fragment without_next(Node::Kind kind, const Fragment& inside);
  Fragment empty();
  void connect(const Fragment& before, std::uint32_t next);

  bool at_end() const { return position_ == text_.size(); }
  bool next_is(char32_t c) const { return !at_end() && text_[position_] == c; }
  bool next_is_one_of(std::u32string_view set) const {
    return !at_end() && set.find(text_[position_]) != std::u32string_view::npos;
  }
  bool take(char32_t c);
  bool take(std::u32string_view word);
  char32_t take_any();
  /// Rejects the pattern and moves to its end.
  void unknown();

  std::u32string text_;
  std::size_t position_ = 0;
  bool known_ = true;
  bool any_case_ = false;     // whether the position is within (?i:..)
  char32_t last_letter_ = 0;  // within (?i:..), the letter right before the next character, or 0
  unsigned depth_ = 0;
  CommonPattern pattern_;
};

}  // namespace m2v::tokenizer
