#include "tokenizer/normalizers/byte_level.h"

#include "text/unicode.h"
#include "tokenizer/byte_alphabet.h"

namespace m2v::tokenizer {

void ByteLevelNormalizer::normalize(AlignedText& text) const {
  AlignedText bytes;
  std::string utf8;
  for (std::size_t i = 0; i < text.size(); ++i) {
    utf8.clear();
    text::append_utf8(text[i], utf8);
    for (const char byte : utf8) {
      bytes.push_back(kByteAlphabet[static_cast<unsigned char>(byte)], text.span(i));
    }
  }
  text = std::move(bytes);
}

}  // namespace m2v::tokenizer
