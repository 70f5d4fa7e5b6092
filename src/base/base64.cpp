#include "base/base64.h"

#include <cstdint>

namespace m2v::base {
namespace {

constexpr std::uint32_t kNoDigit = 64;

std::uint32_t digit(char c) noexcept {
  if (c >= 'A' && c <= 'Z') return static_cast<std::uint32_t>(c - 'A');
  if (c >= 'a' && c <= 'z') return static_cast<std::uint32_t>(c - 'a' + 26);
  if (c >= '0' && c <= '9') return static_cast<std::uint32_t>(c - '0' + 52);
  return c == '+' ? 62 : c == '/' ? 63 : kNoDigit;
}

std::string_view without_padding(std::string_view text) noexcept {
  const std::size_t digits = text.find_last_not_of('=') + 1;  // npos + 1 is 0: only padding
  const std::size_t allowed = (4 - digits % 4) % 4;
  return text.size() - digits <= allowed ? text.substr(0, digits) : text;
}

}  // namespace

std::optional<std::string> decode_base64(std::string_view text) {
  text = without_padding(text);
  if (text.size() % 4 == 1) return std::nullopt;
  std::string bytes;
  bytes.reserve(text.size() / 4 * 3 + 2);
  std::uint32_t bits = 0;
  unsigned count = 0;  // the number of low bits of `bits` that have not been written yet
  for (const char c : text) {
    const std::uint32_t value = digit(c);
    if (value == kNoDigit) return std::nullopt;
    bits = bits << 6 | value;
    count += 6;
    if (count >= 8) {
      count -= 8;
      bytes.push_back(static_cast<char>(bits >> count));
      bits &= (1u << count) - 1;
    }
  }
  if (bits != 0) return std::nullopt;
  return bytes;
}

std::string encode_base64(std::string_view bytes) {
  constexpr char kAlphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::string_view group = bytes.substr(i, 3);
    std::uint32_t bits = 0;
    for (std::size_t j = 0; j < 3; ++j) {
      bits = bits << 8 | (j < group.size() ? static_cast<unsigned char>(group[j]) : 0U);
    }
    for (std::size_t j = 0; j < 4; ++j) {
      out += j <= group.size() ? kAlphabet[bits >> (18 - 6 * j) & 63] : '=';
    }
  }
  return out;
}

}  // namespace m2v::base
