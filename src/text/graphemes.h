#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace m2v::text {

/// The class of a character in the rules for grapheme clusters (Unicode Standard Annex 29), as
/// observed in `tokenizers`.
enum class GraphemeClass : std::uint8_t {
  kOther,
  kCr,
  kLf,
  kControl,
  kExtend,
  kNonJoiner,  ///< U+200C, which is Extend but does not link consonants.
  kJoiner,     ///< U+200D.
  kLinker,     ///< Extend, and links consonants of Indic scripts.
  kSpacingMark,
  kPrepend,
  kConsonant,  ///< A consonant of an Indic script with linkers.
  kPictograph,
  kHangulL,
  kHangulV,
  kHangulT,
  kHangulLv,
  kHangulLvt,
  kRegional,
};

/// Returns the class of a code point.
GraphemeClass grapheme_class(char32_t c) noexcept;

/// Returns the end of the extended grapheme cluster that starts at `begin`, as an index into
/// `text`. Preconditions: begin < text.size(), and a cluster starts there.
std::size_t grapheme_end(std::u32string_view text, std::size_t begin) noexcept;

}  // namespace m2v::text
