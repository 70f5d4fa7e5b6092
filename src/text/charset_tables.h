#pragma once

#include <array>
#include <span>
#include <string_view>

namespace m2v::text {

/// A label of the Encoding standard, in lowercase, and the name of its encoding.
struct CharsetLabel {
  std::string_view label, name;
};

/// An encoding of one byte a character: the code points of the bytes from 0x80 on. Those below are
/// ASCII; U+FFFD: the byte means nothing.
struct SingleByteCharset {
  std::string_view name;
  std::array<char16_t, 128> codes;
};

extern const std::span<const CharsetLabel> kCharsetLabels;            ///< Sorted by label.
extern const std::span<const SingleByteCharset> kSingleByteCharsets;  ///< Sorted by name.

}  // namespace m2v::text
