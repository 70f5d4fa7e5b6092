#pragma once

#include <bitset>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

namespace m2v::tokenize {

/// A set of code points as a regular expression writes it: [^\s\p{L}0-9].
class CharacterClass {
 public:
  CharacterClass() { update_ascii(); }

  void add(char32_t first, char32_t last);
  void add(char32_t c) { add(c, c); }
  /// \p{name}, a general category or its first letter; \P{name} if `negated`. False for a name that
  /// it does not know.
  bool add_property(std::u32string_view name, bool negated);
  /// \s, \d, \w and their negations \S, \D, \W: as they are within brackets. False for others.
  bool add_shorthand(char32_t letter);
  /// Everything that is not in it now.
  void invert();

  bool contains(char32_t c) const noexcept { return c < 0x80 ? ascii_[c] : contains_slowly(c); }

 private:
  bool contains_slowly(char32_t c) const noexcept;
  void update_ascii();

  std::uint64_t kinds_ = 0;  // the kinds of characters of which all are in it
  std::vector<std::pair<char32_t, char32_t>> ranges_;
  bool inverted_ = false;
  std::bitset<0x80> ascii_;  // contains(c) for ASCII
};

}  // namespace m2v::tokenize
