#include "text/encoding.h"

#include <algorithm>
#include <cstdint>
#include <iterator>

#include "base/utf8_check.h"
#include "text/unicode.h"

namespace m2v::text {
namespace {

struct Mark {
  std::string_view bytes;
  Encoding encoding;
};

// UTF-32 comes first because the mark of UTF-16LE is a prefix of that of UTF-32LE.
constexpr Mark kMarks[] = {{"\xEF\xBB\xBF", Encoding::kUtf8},
                           {std::string_view("\xFF\xFE\0\0", 4), Encoding::kUtf32Le},
                           {std::string_view("\0\0\xFE\xFF", 4), Encoding::kUtf32Be},
                           {"\xFF\xFE", Encoding::kUtf16Le},
                           {"\xFE\xFF", Encoding::kUtf16Be}};

char32_t byte_at(std::string_view bytes, std::size_t i) noexcept {
  return static_cast<unsigned char>(bytes[i]);
}

bool is_surrogate(char32_t c) noexcept { return c >= 0xD800 && c < 0xE000; }
bool is_low_surrogate(char32_t c) noexcept { return c >= 0xDC00 && c < 0xE000; }

template <bool kBigEndian>
char32_t unit16(std::string_view bytes, std::size_t i) noexcept {
  return kBigEndian ? byte_at(bytes, i) << 8 | byte_at(bytes, i + 1)
                    : byte_at(bytes, i + 1) << 8 | byte_at(bytes, i);
}

/// Decodes the complete characters of `bytes` and returns the number of bytes decoded.
template <bool kBigEndian>
std::size_t decode_utf16(std::string_view bytes, std::string& out) {
  std::size_t i = 0;
  while (bytes.size() - i >= 2) {
    const char32_t unit = unit16<kBigEndian>(bytes, i);
    if (!is_surrogate(unit)) {
      text::append_utf8(unit, out);
      i += 2;
      continue;
    }
    if (!is_low_surrogate(unit)) {
      if (bytes.size() - i < 4) break;
      const char32_t second = unit16<kBigEndian>(bytes, i + 2);
      if (is_low_surrogate(second)) {
        text::append_utf8(0x10000 + ((unit & 0x3FF) << 10 | (second & 0x3FF)), out);
        i += 4;
        continue;
      }
    }
    text::append_utf8(text::kReplacement, out);
    i += 2;
  }
  return i;
}

template <bool kBigEndian>
std::size_t decode_utf32(std::string_view bytes, std::string& out) {
  std::size_t i = 0;
  for (; bytes.size() - i >= 4; i += 4) {
    const char32_t first = unit16<kBigEndian>(bytes, i), second = unit16<kBigEndian>(bytes, i + 2);
    const char32_t c = kBigEndian ? first << 16 | second : second << 16 | first;
    const bool is_scalar = c < text::kCodePoints && !is_surrogate(c);
    text::append_utf8(is_scalar ? c : text::kReplacement, out);
  }
  return i;
}

void append_repaired(std::string_view bytes, std::string& out) {
  for (std::size_t i = 0; i < bytes.size();) text::append_utf8(text::decode_utf8(bytes, i), out);
}

std::size_t decode_utf8(std::string_view bytes, std::string& out) {
  const std::size_t complete = complete_utf8(bytes);
  const std::string_view text = bytes.substr(0, complete);
  base::is_utf8(text) ? void(out += text) : append_repaired(text, out);
  return complete;
}

}  // namespace

ByteOrderMark find_mark(std::string_view first_bytes) noexcept {
  for (const Mark& mark : kMarks) {
    if (first_bytes.starts_with(mark.bytes)) return {mark.encoding, mark.bytes.size()};
  }
  return {};
}

bool is_mark_prefix(std::string_view first_bytes) noexcept {
  return std::any_of(std::begin(kMarks), std::end(kMarks), [first_bytes](const Mark& mark) {
    return first_bytes.size() < mark.bytes.size() && mark.bytes.starts_with(first_bytes);
  });
}

std::size_t complete_utf8(std::string_view text) noexcept {
  constexpr std::size_t kMaxKept = 3;
  const std::size_t first = text.size() - std::min(text.size(), kMaxKept);
  for (std::size_t i = text.size(); i-- > first;) {
    if (!text::starts_character(text[i])) continue;
    const char32_t lead = byte_at(text, i);
    const std::size_t size = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1;
    if (text.size() - i >= size) break;
    // An ill-formed beginning counts as complete, since no later byte can continue it.
    std::size_t end = i;
    text::decode_utf8(text, end);
    return end == text.size() ? i : text.size();
  }
  return text.size();
}

void Decoder::append(std::string_view bytes, std::string& out) {
  if (kept_.empty()) {
    kept_ = bytes.substr(decode(bytes, out, false));
    return;
  }
  kept_ += bytes;
  kept_.erase(0, decode(kept_, out, false));
}

void Decoder::finish(std::string& out) {
  decode(kept_, out, true);
  kept_.clear();
}

std::size_t Decoder::decode(std::string_view bytes, std::string& out, bool is_last) const {
  std::size_t done = 0;
  switch (encoding_) {
    case Encoding::kUtf8:
      done = decode_utf8(bytes, out);
      break;
    case Encoding::kUtf16Le:
      done = decode_utf16<false>(bytes, out);
      break;
    case Encoding::kUtf16Be:
      done = decode_utf16<true>(bytes, out);
      break;
    case Encoding::kUtf32Le:
      done = decode_utf32<false>(bytes, out);
      break;
    case Encoding::kUtf32Be:
      done = decode_utf32<true>(bytes, out);
      break;
  }
  if (is_last && done < bytes.size()) text::append_utf8(text::kReplacement, out);
  return done;
}

std::string to_utf8(std::string bytes) {
  const ByteOrderMark mark = find_mark(bytes);
  if (mark.encoding == Encoding::kUtf8 && base::is_utf8(bytes)) {
    bytes.erase(0, mark.size);
    return bytes;
  }
  std::string text;
  Decoder decoder(mark.encoding);
  decoder.append(std::string_view(bytes).substr(mark.size), text);
  decoder.finish(text);
  return text;
}

}  // namespace m2v::text
