#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace m2v::text {

/// The encodings that a byte order mark can announce.
enum class Encoding { kUtf8, kUtf16Le, kUtf16Be, kUtf32Le, kUtf32Be };

/// A byte order mark. The default stands for a text without one, which is UTF-8.
struct ByteOrderMark {
  Encoding encoding = Encoding::kUtf8;
  std::size_t size = 0;  ///< The size of the mark in bytes. It is not part of the text.
};

/// Finds the byte order mark at the beginning of a text. Four bytes are enough.
ByteOrderMark find_mark(std::string_view first_bytes) noexcept;
/// Whether `first_bytes` are a proper prefix of a mark, so that more bytes are needed for
/// find_mark().
bool is_mark_prefix(std::string_view first_bytes) noexcept;

/// Decodes a text to UTF-8, piece by piece. Each maximal ill-formed subpart (Unicode, chapter 3)
/// becomes one U+FFFD, as in Python's codecs with errors="replace".
class Decoder {
 public:
  explicit Decoder(Encoding encoding) : encoding_(encoding) {}

  /// Decodes the next bytes and appends them to `out`. If they end within a character, its bytes
  /// are kept for the next call.
  void append(std::string_view bytes, std::string& out);
  /// Ends the text. Appends U+FFFD if it ends within a character.
  void finish(std::string& out);

 private:
  std::size_t decode(std::string_view bytes, std::string& out, bool is_last) const;

  Encoding encoding_;
  std::string kept_;  ///< The beginning of a character; at most three bytes between calls.
};

/// Returns the length of the text in bytes without an incomplete UTF-8 character at its end.
std::size_t complete_utf8(std::string_view text) noexcept;

/// Decodes a whole text to well-formed UTF-8 according to its byte order mark, which is removed.
std::string to_utf8(std::string bytes);

}  // namespace m2v::text
