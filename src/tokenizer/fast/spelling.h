#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace m2v::tokenize {

/// How a vocabulary spells the words that a road cuts out of the text.
enum class Spelling {
  kAsIs,
  kByteLevel,        ///< Each byte as its character of the byte alphabet.
  kSpacedByteLevel,  ///< The same, with a space in front of a word that does not start with one.
  kMetaspace,        ///< With U+2581 in front.
  kSpacesForMarks,   ///< With U+2581 for each space. A word with U+2581 itself is not asked for.
};

/// Appends a text with a space for each U+2581.
void append_with_spaces_for_marks(std::string_view text, std::string& out);

/// A word as the vocabulary spells it; `out` is cleared first.
void spell(Spelling spelling, std::string_view word, std::string& out);

/// The most bytes that words of `bytes` bytes together are spelled with, one empty word among them.
std::size_t most_spelled_bytes(Spelling spelling, std::size_t bytes) noexcept;

/// The words that are spelled like a token: none, one or two.
std::vector<std::string> words_spelled(Spelling spelling, std::string_view token);

}  // namespace m2v::tokenize
