#pragma once

#include <array>
#include <span>
#include <string_view>

namespace m2v::text {

/// A label of the WHATWG Encoding standard, in lowercase, and the name of its encoding.
struct CharsetLabel {
  std::string_view label, name;
};

/// An encoding with one byte per character. Bytes below 0x80 are ASCII.
struct SingleByteCharset {
  std::string_view name;
  std::array<char16_t, 128> codes;  ///< Code points of bytes 0x80 to 0xFF; U+FFFD if undefined.
};

extern const std::span<const CharsetLabel> kCharsetLabels;            ///< Sorted by label.
extern const std::span<const SingleByteCharset> kSingleByteCharsets;  ///< Sorted by name.

}  // namespace m2v::text
