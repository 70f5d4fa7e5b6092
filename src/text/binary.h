#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace m2v::text {

/// The number of bytes at the beginning of a file that binary_kind() examines.
inline constexpr std::size_t kBinaryCheckBytes = 8192;

/// Returns the kind of a binary file, such as "a ZIP archive", or no value if it is text.
/// `first_bytes` are its first bytes, decompressed; only kBinaryCheckBytes of them are examined.
/// The file is binary if they start with the signature of a known format, or if at least four of
/// them, and at least one in 32, are control characters that text does not contain: U+0000 to
/// U+001F except BS, TAB, LF, VT, FF, CR, SUB and ESC. So a text with a stray NUL is still text.
/// Not for files with a byte order mark of UTF-16 or UTF-32.
std::optional<std::string> binary_kind(std::string_view first_bytes);

}  // namespace m2v::text
