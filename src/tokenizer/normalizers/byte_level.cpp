#include "tokenize/normalizers/byte_level.h"

#include "tokenize/byte_alphabet.h"
#include "unicode/unicode.h"

namespace m2v::tokenize {

void ByteLevelNormalizer::normalize(AlignedText& text) const {
  AlignedText bytes;
  std::string utf8;
  for (std::size_t i = 0; i < text.size(); ++i) {
    utf8.clear();
    unicode::append_utf8(text[i], utf8);
    for (const char byte : utf8) {
      bytes.push_back(kByteAlphabet[static_cast<unsigned char>(byte)], text.span(i));
    }
  }
  text = std::move(bytes);
}

}  // namespace m2v::tokenize
