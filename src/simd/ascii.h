#pragma once

#include <cstddef>
#include <cstdint>

namespace m2v::simd {

/// The classes of up to 64 bytes of text; bit i belongs to byte i. Bits behind the text are 0.
struct AsciiClasses {
  std::uint64_t plain;        ///< Printable ASCII, tab, line feed, carriage return.
  std::uint64_t space;        ///< Of these: blank, tab, line feed, carriage return.
  std::uint64_t punctuation;  ///< Of these: all but letters, digits and space.
};

/// Classifies `size` bytes (1 to 64) and copies them to `out`, A to Z in lowercase if asked.
/// Always writes 64 bytes; reads no byte behind the text.
AsciiClasses classify_ascii(const char* text, std::size_t size, bool lowercase, char* out) noexcept;

}  // namespace m2v::simd
