#pragma once

#include <string>

// Hangul syllables and their parts, by the algorithm of the standard (chapter 3.12).
namespace m2v::unicode::hangul {

inline constexpr char32_t kSyllableBase = 0xAC00;
inline constexpr char32_t kLeadingBase = 0x1100;
inline constexpr char32_t kVowelBase = 0x1161;
inline constexpr char32_t kTrailingBase =
    0x11A7;  ///< One before the first: syllables may have none.
inline constexpr char32_t kLeadings = 19;
inline constexpr char32_t kVowels = 21;
inline constexpr char32_t kTrailings = 28;
inline constexpr char32_t kSyllables = kLeadings * kVowels * kTrailings;

inline bool is_syllable(char32_t c) noexcept { return c - kSyllableBase < kSyllables; }

/// Precondition: is_syllable(c).
inline void append_parts(char32_t c, std::u32string& out) {
  const char32_t syllable = c - kSyllableBase;
  out.push_back(kLeadingBase + syllable / (kVowels * kTrailings));
  out.push_back(kVowelBase + syllable / kTrailings % kVowels);
  if (const char32_t trailing = syllable % kTrailings; trailing != 0) {
    out.push_back(kTrailingBase + trailing);
  }
}

/// The syllable of a leading part and a vowel, or of a syllable without a trailing part and one;
/// 0 if the two are something else.
inline char32_t compose(char32_t first, char32_t second) noexcept {
  if (first - kLeadingBase < kLeadings && second - kVowelBase < kVowels) {
    const char32_t pair = (first - kLeadingBase) * kVowels + (second - kVowelBase);
    return kSyllableBase + pair * kTrailings;
  }
  const bool takes_trailing = is_syllable(first) && (first - kSyllableBase) % kTrailings == 0;
  const bool is_trailing = second > kTrailingBase && second < kTrailingBase + kTrailings;
  return takes_trailing && is_trailing ? first + (second - kTrailingBase) : 0;
}

}  // namespace m2v::unicode::hangul
