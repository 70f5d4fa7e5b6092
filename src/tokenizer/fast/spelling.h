#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace m2v::tokenizer {

/// U+2581, which stands for a space in the vocabularies of SentencePiece.
inline constexpr std::string_view kSpaceMark = "\u2581";

/// How a vocabulary spells the words of a fast path.
enum class Spelling {
  kAsIs,             ///< The word itself.
  kByteLevel,        ///< Each byte becomes its character of the byte alphabet.
  kSpacedByteLevel,  ///< The same, after prepending a space to a word that does not start with one.
  kMetaspace,        ///< U+2581 is prepended.
  kSpacesForMarks,   ///< Each space becomes U+2581. The word must not contain U+2581.
};

/// Appends a text to `out`, with each U+2581 replaced with a space.
void append_with_spaces_for_marks(std::string_view text, std::string& out);

/// Sets `out` to a word as the vocabulary spells it.
void spell(Spelling spelling, std::string_view word, std::string& out);

/// Returns an upper bound of the bytes in the spellings of words that have `bytes` bytes in total,
/// at most one of which is empty.
std::size_t max_spelled_bytes(Spelling spelling, std::size_t bytes) noexcept;

/// Returns the words whose spelling is `token`: none, one, or two.
std::vector<std::string> words_spelled(Spelling spelling, std::string_view token);

}  // namespace m2v::tokenizer
