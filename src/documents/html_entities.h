#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace m2v::documents {

/// A named character reference of the HTML standard.
struct NamedCharacter {
  std::string_view name;   ///< Without '&' and ';'.
  std::string_view text;   ///< UTF-8; one or two characters.
  bool without_semicolon;  ///< The ';' may be missing.
};

/// All named character references, sorted by name.
extern const std::span<const NamedCharacter> kNamedCharacters;

/// Decodes the character reference at the beginning of `text`, which is an '&', as the HTML
/// standard does outside attributes (sections 13.2.5.72 to 13.2.5.80), and appends its characters
/// to `out`. Returns its length in bytes, or 0, appending nothing, if it is not a reference.
std::size_t decode_entity(std::string_view text, std::string& out);

}  // namespace m2v::documents
