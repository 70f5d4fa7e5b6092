#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "text/normal_forms.h"

namespace m2v::tokenizer {

/// A range [begin, end) of the original text, in code points.
struct Span {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  bool operator==(const Span&) const = default;
};

/// Text that passes through the normalizer and the pre-tokenizer: code points, each with the span
/// of the original text that it comes from.
///
///   original     "É l"            characters  e   ´   _   l
///                 0 1 2           spans      0-1 0-1 1-2 2-3
class AlignedText {
 public:
  AlignedText() = default;
  /// Decodes UTF-8. The first character has index `begin` in the original text, in code points.
  explicit AlignedText(std::string_view utf8, std::size_t begin = 0);

  std::size_t size() const noexcept { return characters_.size(); }
  bool empty() const noexcept { return characters_.empty(); }
  char32_t operator[](std::size_t i) const noexcept { return characters_[i]; }
  const std::u32string& characters() const noexcept { return characters_; }
  Span span(std::size_t i) const noexcept { return spans_[i]; }
  /// Returns the span of the original that the whole text comes from. Precondition: not empty.
  Span span() const noexcept { return {spans_.front().begin, spans_.back().end}; }
  /// Returns the size of span() in code points, or 0 if the text is empty.
  std::size_t original_size() const noexcept { return empty() ? 0 : span().end - span().begin; }
  std::string utf8() const;

  void push_back(char32_t c, Span from) {
    characters_ += c;
    spans_.push_back(from);
  }
  /// Appends characters [begin, end) of `other`, with their spans.
  void append(const AlignedText& other, std::size_t begin, std::size_t end);
  /// Inserts characters at the start; they get the span of the first character.
  /// Precondition: not empty.
  void prepend(std::u32string_view characters);
  /// Returns a copy of characters [begin, end). Throws Cancelled if the call has been cancelled.
  AlignedText slice(std::size_t begin, std::size_t end) const;

  /// Replaces each character c with `change(c)`. The spans stay the same.
  template <typename Change>
  void map(Change change) {
    for (char32_t& c : characters_) c = change(c);
  }

  /// Removes the characters for which `drop(c)` returns true, with their spans.
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

  /// Replaces the text. Each new character states how many old characters it consumes and gets the
  /// span of the first of them; an inserted character, which consumes none, gets the span of the
  /// last old character consumed before it, or of the first one at the start of the text.
  /// Precondition: the characters consume at most size() old characters in total.
  void rewrite(std::span<const text::Rewritten> text);

 private:
  std::u32string characters_;
  std::vector<Span> spans_;
};

}  // namespace m2v::tokenizer
