#pragma once

#include <array>

namespace m2v::tokenizer {

/// The character that represents each byte in byte-level vocabularies (GPT-2's bytes_to_unicode):
/// printable Latin-1 characters represent themselves; the other bytes, in ascending order, are
/// represented by the characters from U+0100 on.
inline constexpr std::array<char32_t, 256> kByteAlphabet = [] {
  std::array<char32_t, 256> alphabet{};
  char32_t next = 0x100;
  for (char32_t byte = 0; byte < 256; ++byte) {
    const bool printable = (byte > 0x20 && byte < 0x7F) || (byte > 0xA0 && byte != 0xAD);
    alphabet[byte] = printable ? byte : next++;
  }
  return alphabet;
}();

}  // namespace m2v::tokenizer
