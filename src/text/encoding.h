#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace m2v::text {

enum class Encoding { kUtf8, kUtf16Le, kUtf16Be, kUtf32Le, kUtf32Be };

/// How a text is encoded, as the byte order mark at its beginning says: UTF-8 if there is none.
struct ByteOrderMark {
  Encoding encoding = Encoding::kUtf8;
  std::size_t size = 0;  ///< Bytes of the mark, which is no part of the text.
};

/// The mark in the first four bytes of a text.
ByteOrderMark find_mark(std::string_view first_bytes) noexcept;
/// Whether more bytes could tell more: these may be the beginning of a mark.
bool may_become_mark(std::string_view first_bytes) noexcept;

/// Decodes a text piece by piece. What is ill-formed becomes U+FFFD as Python's codecs have it with
/// errors="replace", one for each maximal subpart (Unicode, chapter 3); well-formed UTF-8 stays.
class Decoder {
 public:
  explicit Decoder(Encoding encoding) : encoding_(encoding) {}

  /// Appends the next bytes as UTF-8; keeps the beginning of a character back if they end in it.
  void append(std::string_view bytes, std::string& out);
  /// Appends what was kept back, which has no end.
  void finish(std::string& out);

 private:
  std::size_t decode(std::string_view bytes, std::string& out, bool is_last) const;

  Encoding encoding_;
  std::string kept_;  ///< At most three bytes between two calls.
};

/// The length of the text without the beginning of a UTF-8 character at its end.
std::size_t complete_utf8(std::string_view text) noexcept;

/// A whole text as well-formed UTF-8, without its byte order mark.
std::string to_utf8(std::string bytes);

}  // namespace m2v::text
