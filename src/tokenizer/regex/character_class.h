#pragma once

#include <bitset>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

namespace m2v::tokenizer {

/// A set of code points, such as [^\s\p{L}0-9] in a regular expression.
class CharacterClass {
 public:
  CharacterClass() { update_ascii(); }

  /// Adds the range from `first` to `last`, including both.
  void add(char32_t first, char32_t last);
  void add(char32_t c) { add(c, c); }
  /// Adds \p{name}, or \P{name} if `negated`, where `name` is a general category or the first
  /// letter of one. Returns false if the name is unknown.
  bool add_property(std::u32string_view name, bool negated);
  /// Adds \s, \d, \w, \S, \D or \W, with their meaning within brackets. `letter` is the letter
  /// after the backslash. Returns false for any other letter.
  bool add_shorthand(char32_t letter);
  /// Replaces the set with its complement.
  void invert();

  /// Returns whether the set contains c.
  bool contains(char32_t c) const noexcept { return c < 0x80 ? ascii_[c] : contains_slowly(c); }

 private:
  bool contains_slowly(char32_t c) const noexcept;
  void update_ascii();

  std::uint64_t kinds_ = 0;  // bit set of the kinds whose characters are all in the set
  std::vector<std::pair<char32_t, char32_t>> ranges_;
  bool inverted_ = false;
  std::bitset<0x80> ascii_;  // contains(c) for ASCII
};

}  // namespace m2v::tokenizer
