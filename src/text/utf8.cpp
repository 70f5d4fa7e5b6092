#include <algorithm>
#include <cstring>

#include "text/unicode.h"

namespace m2v::text {

char32_t decode_utf8_checked(std::string_view text, std::size_t& position) noexcept {
  const auto lead = static_cast<unsigned char>(text[position++]);
  if (lead < 0x80) return lead;
  if (lead < 0xC2 || lead > 0xF4) return kReplacement;
  const unsigned trailing = lead < 0xE0 ? 1 : lead < 0xF0 ? 2 : 3;
  // After these four lead bytes, the range of the second byte is restricted, which excludes
  // overlong forms, surrogates and code points beyond U+10FFFF.
  unsigned char lowest = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
  unsigned char highest = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
  char32_t c = lead & (0x3Fu >> trailing);
  for (unsigned i = 0; i < trailing; ++i) {
    if (position == text.size()) return kReplacement;
    const auto byte = static_cast<unsigned char>(text[position]);
    if (byte < lowest || byte > highest) return kReplacement;
    c = c << 6 | (byte & 0x3Fu);
    ++position;
    lowest = 0x80;
    highest = 0xBF;
  }
  return c;
}

bool is_well_formed(std::string_view text) noexcept {
  for (std::size_t position = 0; position < text.size();) {
    std::uint64_t eight;
    if (text.size() - position >= sizeof(eight)) {
      std::memcpy(&eight, text.data() + position, sizeof(eight));
      if ((eight & 0x8080808080808080) == 0) {
        position += sizeof(eight);
        continue;
      }
    }
    const std::size_t begin = position;
    const bool replaced = decode_utf8(text, position) == kReplacement;
    if (replaced && text.substr(begin, position - begin) != "\uFFFD") return false;
  }
  return true;
}

std::size_t count_characters(std::string_view text) noexcept {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), starts_character));
}

void append_utf8(char32_t c, std::string& out) {
  if (c < 0x80) return out.push_back(static_cast<char>(c));
  char bytes[4];
  out.append(bytes, write_utf8(c, bytes));
}

std::u32string to_utf32(std::string_view text) {
  std::u32string out;
  out.reserve(text.size());
  for (std::size_t position = 0; position < text.size();) {
    out.push_back(decode_utf8(text, position));
  }
  return out;
}

std::string to_utf8(std::u32string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char32_t c : text) append_utf8(c, out);
  return out;
}

}  // namespace m2v::text
