#pragma once

#include <array>

namespace m2v::tokenize {

/// The character that stands for each byte in byte-level vocabularies: printable ones of Latin-1
/// for themselves, the others, in order, for the characters from U+0100 on.
inline constexpr std::array<char32_t, 256> kByteAlphabet = [] {
  std::array<char32_t, 256> alphabet{};
  char32_t next = 0x100;
  for (char32_t byte = 0; byte < 256; ++byte) {
    const bool printable = (byte > 0x20 && byte < 0x7F) || (byte > 0xA0 && byte != 0xAD);
    alphabet[byte] = printable ? byte : next++;
  }
  return alphabet;
}();

}  // namespace m2v::tokenize
