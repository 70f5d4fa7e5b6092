#include "tokenizer/fast/spelling.h"

#include <algorithm>
#include <array>
#include <optional>

#include "text/unicode.h"
#include "tokenizer/byte_alphabet.h"

namespace m2v::tokenizer {
namespace {

/// Returns the character of the byte alphabet for each byte, in UTF-8.
const std::array<std::string, 256>& byte_characters() {
  static const auto characters = [] {
    std::array<std::string, 256> all;
    for (std::size_t byte = 0; byte < all.size(); ++byte) {
      text::append_utf8(kByteAlphabet[byte], all[byte]);
    }
    return all;
  }();
  return characters;
}

void append_byte_level(std::string_view bytes, std::string& out) {
  for (const char byte : bytes) out += byte_characters()[static_cast<unsigned char>(byte)];
}

/// Returns the bytes that a token spells, or nothing if it has a character outside the byte
/// alphabet.
std::optional<std::string> bytes_of(std::string_view token) {
  std::string bytes;
  for (std::size_t position = 0; position < token.size();) {
    const char32_t c = text::decode_utf8(token, position);
    const auto found = std::find(kByteAlphabet.begin(), kByteAlphabet.end(), c);
    if (found == kByteAlphabet.end()) return std::nullopt;
    bytes += static_cast<char>(found - kByteAlphabet.begin());
  }
  return bytes;
}

}  // namespace

void append_with_spaces_for_marks(std::string_view text, std::string& out) {
  for (std::size_t done = 0; done < text.size();) {
    const std::size_t mark = std::min(text.find(kSpaceMark, done), text.size());
    out.append(text, done, mark - done);
    if (mark < text.size()) out += ' ';
    done = mark + kSpaceMark.size();
  }
}

void spell(Spelling spelling, std::string_view word, std::string& out) {
  out.clear();
  switch (spelling) {
    case Spelling::kAsIs:
      out = word;
      return;
    case Spelling::kMetaspace:
      out.append(kSpaceMark).append(word);
      return;
    case Spelling::kSpacesForMarks:
      for (const char byte : word) {
        if (byte == ' ') {
          out += kSpaceMark;
        } else {
          out += byte;
        }
      }
      return;
    case Spelling::kSpacedByteLevel:
      if (!word.starts_with(' ')) append_byte_level(" ", out);
      break;
    case Spelling::kByteLevel:
      break;
  }
  append_byte_level(word, out);
}

std::size_t max_spelled_bytes(Spelling spelling, std::size_t bytes) noexcept {
  switch (spelling) {
    case Spelling::kAsIs:
      return bytes;
    case Spelling::kByteLevel:  // the characters of the alphabet have at most two bytes
      return 2 * bytes;
    case Spelling::kSpacedByteLevel:  // with a space, a word of one byte has two such characters
      return 4 * bytes;
    case Spelling::kMetaspace:  // a word of one byte gets a mark, and so does an empty word
      return 4 * bytes + kSpaceMark.size();
    case Spelling::kSpacesForMarks:
      return kSpaceMark.size() * bytes;
  }
  return 0;
}

std::vector<std::string> words_spelled(Spelling spelling, std::string_view token) {
  if (spelling == Spelling::kAsIs) return {std::string(token)};
  if (spelling == Spelling::kMetaspace) {
    if (!token.starts_with(kSpaceMark)) return {};
    return {std::string(token.substr(kSpaceMark.size()))};
  }
  if (spelling == Spelling::kSpacesForMarks) {
    if (token.find(' ') != std::string_view::npos) return {};
    std::string word;
    append_with_spaces_for_marks(token, word);
    return {std::move(word)};
  }
  std::optional<std::string> bytes = bytes_of(token);
  if (!bytes) return {};
  if (spelling == Spelling::kByteLevel) return {std::move(*bytes)};
  if (!bytes->starts_with(' ')) return {};
  std::string bare = bytes->substr(1);
  if (bare.empty() || bare.starts_with(' ')) return {std::move(*bytes)};
  return {std::move(*bytes), std::move(bare)};
}

}  // namespace m2v::tokenizer
