#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace m2v::text {

/// Bytes at the beginning of a file that tell whether it is text.
inline constexpr std::size_t kBinaryCheckBytes = 8192;

/// What a file is if it is not text, such as "a ZIP archive"; no value for text. Going by its first
/// kBinaryCheckBytes bytes, decompressed and without a byte order mark of UTF-16 or UTF-32, a file
/// is binary if they begin as a known format does, or if at least four of them, and one in 32, are
/// control characters that no text has: U+0000 to U+001F without BS, TAB, LF, VT, FF, CR, SUB, ESC.
/// So a text with a stray NUL stays a text.
std::optional<std::string> binary_kind(std::string_view first_bytes);

}  // namespace m2v::text
