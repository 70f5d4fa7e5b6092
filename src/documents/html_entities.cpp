#include "documents/html_entities.h"

#include <algorithm>
#include <charconv>
#include <cstdint>

#include "text/unicode.h"

namespace m2v::documents {
namespace {

constexpr std::size_t kMaxName = 31;      // CounterClockwiseContourIntegral
constexpr std::size_t kMaxShortName = 6;  // of the names that need no ';', such as aacute

/// The characters for the numbers 0x80 to 0x9F, which the standard takes from windows-1252.
constexpr char32_t kWindows[] = {0x20AC, 0x81,   0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
                                 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8D,   0x017D, 0x8F,
                                 0x90,   0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
                                 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D,   0x017E, 0x0178};

const NamedCharacter* find(std::string_view name) {
  const auto found = std::ranges::lower_bound(kNamedCharacters, name, {}, &NamedCharacter::name);
  return found != kNamedCharacters.end() && found->name == name ? &*found : nullptr;
}

std::size_t decode_number(std::string_view text, std::string& out) {
  const bool hexadecimal = text.size() > 2 && (text[2] == 'x' || text[2] == 'X');
  const char* const begin = text.data() + (hexadecimal ? 3 : 2);
  const char* const end = text.data() + text.size();
  std::uint32_t value = 0;
  const auto parsed = std::from_chars(begin, end, value, hexadecimal ? 16 : 10);
  if (parsed.ptr == begin) return 0;
  const bool scalar = parsed.ec == std::errc() && value > 0 && value < text::kCodePoints &&
                      (value < 0xD800 || value > 0xDFFF);
  char32_t code = scalar ? value : text::kReplacement;
  if (code >= 0x80 && code < 0xA0) code = kWindows[code - 0x80];
  text::append_utf8(code, out);
  const auto size = static_cast<std::size_t>(parsed.ptr - text.data());
  return size + (text.substr(size).starts_with(';') ? 1 : 0);
}

std::size_t decode_name(std::string_view text, std::string& out) {
  const auto is_alphanumeric = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
  };
  const std::string_view rest = text.substr(1, kMaxName + 1);
  const std::string_view name = rest.substr(
      0, static_cast<std::size_t>(std::ranges::find_if_not(rest, is_alphanumeric) - rest.begin()));
  if (text.substr(1 + name.size()).starts_with(';')) {
    if (const NamedCharacter* const named = find(name)) {
      out += named->text;
      return 2 + name.size();
    }
  }
  for (std::size_t size = std::min(name.size(), kMaxShortName); size >= 2; --size) {
    const NamedCharacter* const named = find(name.substr(0, size));
    if (named == nullptr || !named->without_semicolon) continue;
    out += named->text;
    return 1 + size;
  }
  return 0;
}

}  // namespace

std::size_t decode_entity(std::string_view text, std::string& out) {
  return text.substr(1).starts_with('#') ? decode_number(text, out) : decode_name(text, out);
}

}  // namespace m2v::documents
