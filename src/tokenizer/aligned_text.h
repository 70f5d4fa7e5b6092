#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "unicode/normal_forms.h"

namespace m2v::tokenize {

/// A stretch of the original text, [begin, end), in code points.
struct Span {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  bool operator==(const Span&) const = default;
};

/// Text on its way through the stages: code points, and for each what it comes from.
///
///   original     "É l"            characters  e   ´   _   l
///                 0 1 2           spans      0-1 0-1 1-2 2-3
class AlignedText {
 public:
  AlignedText() = default;
  /// UTF-8 whose first character is the original's character number `begin`.
  explicit AlignedText(std::string_view utf8, std::size_t begin = 0);

  std::size_t size() const noexcept { return characters_.size(); }
  bool empty() const noexcept { return characters_.empty(); }
  char32_t operator[](std::size_t i) const noexcept { return characters_[i]; }
  const std::u32string& characters() const noexcept { return characters_; }
  Span span(std::size_t i) const noexcept { return spans_[i]; }
  /// What the whole text comes from. Not for an empty one.
  Span span() const noexcept { return {spans_.front().begin, spans_.back().end}; }
  /// How many characters of the original it comes from.
  std::size_t original_size() const noexcept { return empty() ? 0 : span().end - span().begin; }
  std::string utf8() const;

  void push_back(char32_t c, Span from) {
    characters_ += c;
    spans_.push_back(from);
  }
  /// Appends what `other` holds from character `begin` to `end`.
  void append(const AlignedText& other, std::size_t begin, std::size_t end);
  /// Puts characters in front, which come from what the first one comes from. Not for an empty
  /// text.
  void prepend(std::u32string_view characters);
  AlignedText slice(std::size_t begin, std::size_t end) const;

  /// Exchanges each character for what `change(c)` returns.
  template <typename Change>
  void map(Change change) {
    for (char32_t& c : characters_) c = change(c);
  }

  template <typename Drop>
  void erase_if(Drop drop) {
    std::size_t kept = 0;
    for (std::size_t i = 0; i < size(); ++i) {
      if (drop(characters_[i])) continue;
      characters_[kept] = characters_[i];
      spans_[kept++] = spans_[i];
    }
    characters_.resize(kept);
    spans_.resize(kept);
  }

  /// Exchanges the text for another one, whose characters say how many of the old ones they use up;
  /// each comes from what the first of those comes from.
  /// Precondition: no more are used up than there are.
  void rewrite(std::span<const unicode::Rewritten> text);

 private:
  std::u32string characters_;
  std::vector<Span> spans_;
};

}  // namespace m2v::tokenize
