#pragma once

#include <string>

// Composition and decomposition of Hangul syllables by the algorithm of the Unicode standard
// (chapter 3.12).
namespace m2v::text::hangul {

inline constexpr char32_t kSyllableBase = 0xAC00;
inline constexpr char32_t kLeadingBase = 0x1100;
inline constexpr char32_t kVowelBase = 0x1161;
/// One before the first trailing part, since a syllable may have none.
inline constexpr char32_t kTrailingBase = 0x11A7;
inline constexpr char32_t kLeadings = 19;
inline constexpr char32_t kVowels = 21;
inline constexpr char32_t kTrailings = 28;
inline constexpr char32_t kSyllables = kLeadings * kVowels * kTrailings;

inline bool is_syllable(char32_t c) noexcept { return c - kSyllableBase < kSyllables; }

/// Appends the two or three parts of a syllable. Precondition: is_syllable(c).
inline void append_parts(char32_t c, std::u32string& out) {
  const char32_t syllable = c - kSyllableBase;
  out.push_back(kLeadingBase + syllable / (kVowels * kTrailings));
  out.push_back(kVowelBase + syllable / kTrailings % kVowels);
  if (const char32_t trailing = syllable % kTrailings; trailing != 0) {
    out.push_back(kTrailingBase + trailing);
  }
}

/// Composes a leading part with a vowel, or a syllable without a trailing part with one. Returns 0
/// if the two characters do not compose.
inline char32_t compose(char32_t first, char32_t second) noexcept {
  if (first - kLeadingBase < kLeadings && second - kVowelBase < kVowels) {
    const char32_t pair = (first - kLeadingBase) * kVowels + (second - kVowelBase);
    return kSyllableBase + pair * kTrailings;
  }
  const bool takes_trailing = is_syllable(first) && (first - kSyllableBase) % kTrailings == 0;
  const bool is_trailing = second > kTrailingBase && second < kTrailingBase + kTrailings;
  return takes_trailing && is_trailing ? first + (second - kTrailingBase) : 0;
}

}  // namespace m2v::text::hangul
