#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace m2v::unicode {

/// How a character behaves in grapheme clusters (Unicode Standard Annex 29), as `tokenizers` sees
/// it.
enum class GraphemeClass : std::uint8_t {
  kOther,
  kCr,
  kLf,
  kControl,
  kExtend,
  kNonJoiner,  ///< U+200C: Extend, but not between consonants.
  kJoiner,     ///< U+200D.
  kLinker,     ///< Extend that links consonants of Indic scripts.
  kSpacingMark,
  kPrepend,
  kConsonant,  ///< Of an Indic script with linkers.
  kPictograph,
  kHangulL,
  kHangulV,
  kHangulT,
  kHangulLv,
  kHangulLvt,
  kRegional,
};

GraphemeClass grapheme_class(char32_t c) noexcept;

/// The end of the extended grapheme cluster that starts at `begin`, which is a cluster's start or
/// the text's. Precondition: begin < text.size().
std::size_t grapheme_end(std::u32string_view text, std::size_t begin) noexcept;

}  // namespace m2v::unicode
