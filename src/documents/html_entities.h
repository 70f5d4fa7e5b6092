#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace m2v::corpus {

/// A named character reference of the HTML standard.
struct NamedCharacter {
  std::string_view name;   ///< Without '&' and ';'.
  std::string_view text;   ///< UTF-8; one or two characters.
  bool without_semicolon;  ///< Whether the ';' may be missing.
};

/// All of them, sorted by name.
extern const std::span<const NamedCharacter> kNamedCharacters;

/// Decodes the character reference at the beginning of `text`, which is an '&', as the HTML
/// standard does outside attributes (sections 13.2.5.72 to 13.2.5.80), and appends its characters
/// to `out`. Returns how many bytes it takes; 0: it is just an '&', and nothing was appended.
std::size_t decode_entity(std::string_view text, std::string& out);

}  // namespace m2v::corpus
