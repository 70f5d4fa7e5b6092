#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tokenize/regex/common_pattern.h"

namespace m2v::tokenize {

/// Reads one pattern into the nodes of a CommonPattern, from left to right. What it does not know
/// sets a flag, and the rest is passed over.
class CommonPatternParser {
 public:
  explicit CommonPatternParser(std::u32string pattern) : text_(std::move(pattern)) {}

  std::optional<CommonPattern> parse();

 private:
  using Node = CommonPattern::Node;
  /// A part of the graph: where it starts, and the nodes whose `next` is still to be set.
  struct Fragment {
    std::uint32_t start = CommonPattern::kEnd;
    std::vector<std::uint32_t> open;
    bool is_place = false;  ///< It is nothing but a lookahead or $, or one of its branches is.
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
  /// \s, \p{L} and the like; the backslash has been read. False: it is no such escape.
  bool set_escape(CharacterClass& characters);
  /// A character that stands for itself or is escaped; the backslash has been read.
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
  /// Gives up: what follows is not looked at.
  void unknown();

  std::u32string text_;
  std::size_t position_ = 0;
  bool known_ = true;
  bool any_case_ = false;     // within (?i:..)
  char32_t last_letter_ = 0;  // within (?i:..), if it is right before the next character
  unsigned depth_ = 0;
  CommonPattern pattern_;
};

}  // namespace m2v::tokenize
