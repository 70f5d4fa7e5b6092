#include "tokenizer/normalizers/nmt.h"

namespace m2v::tokenizer {
namespace {

bool is_dropped(char32_t c) noexcept {
  return (c >= 0x01 && c <= 0x08) || c == 0x0B || (c >= 0x0E && c <= 0x1F) || c == 0x7F ||
         c == 0x8F || c == 0x9F;
}

bool is_blank(char32_t c) noexcept {
  return c == '\t' || c == '\n' || c == '\f' || c == '\r' || c == 0x1680 ||
         (c >= 0x200B && c <= 0x200F) || c == 0x2028 || c == 0x2029 || c == 0x2581 || c == 0xFEFF ||
         c == 0xFFFD;
}

}  // namespace

void Nmt::normalize(AlignedText& text) const {
  text.erase_if(is_dropped);
  text.map([](char32_t c) { return is_blank(c) ? U' ' : c; });
}

}  // namespace m2v::tokenizer
