#pragma once

#include <cstddef>
#include <cstdint>

namespace m2v::simd {

/// The classes of up to 64 bytes of text. Bit i belongs to byte i; bits past the end of the text
/// are 0.
struct AsciiClasses {
  std::uint64_t plain;        ///< Printable ASCII, tab, line feed and carriage return.
  std::uint64_t space;        ///< The plain bytes that are space, tab, line feed, carriage return.
  std::uint64_t punctuation;  ///< The plain bytes that are no letter, digit or whitespace.
};

/// Classifies `size` bytes (1 to 64) and copies them to `out`, with A to Z in lowercase if
/// `lowercase` is set. Always writes 64 bytes to `out`: zeros past the end of the text. Never reads
/// past the end of the text.
AsciiClasses classify_ascii(const char* text, std::size_t size, bool lowercase, char* out) noexcept;

}  // namespace m2v::simd
