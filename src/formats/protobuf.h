#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace m2v::formats {

/// Iterates over the fields of one Protocol Buffers message. All reads are bounds-checked. Throws
/// FormatError, which names the file and the byte, if the message is malformed.
///
///   message = field*      field = tag, value      tag = varint(number << 3 | wire type)
///   wire type 0: varint   1: 8 bytes   2: varint n, n bytes   5: 4 bytes
class ProtobufReader {
 public:
  /// `offset` is the position of the message in the file, for error messages. `bytes` and `file`
  /// must outlive this object.
  ProtobufReader(std::string_view bytes, const std::string& file, std::size_t offset = 0)
      : bytes_(bytes), file_(&file), offset_(offset) {}

  /// Advances to the next field. Returns false at the end of the message.
  bool next();
  std::uint32_t number() const noexcept { return number_; }  ///< The number of the current field.

  // The value of the current field. Throws FormatError if its wire type does not match.
  std::uint64_t integer() const;   ///< A varint.
  float number32() const;          ///< A 4-byte float.
  std::string_view bytes() const;  ///< Part of the message, as are the bytes of message().
  std::string text() const;        ///< Throws FormatError unless it is valid UTF-8.
  ProtobufReader message() const;  ///< A reader of a nested message.

 private:
  enum Wire : std::uint8_t { kVarint = 0, kFixed64 = 1, kBytes = 2, kFixed32 = 5 };

  std::uint64_t read_varint();
  std::string_view read_bytes(std::uint64_t size);
  void expect(Wire wire) const;
  [[noreturn]] void fail(const std::string& problem) const;

  std::string_view bytes_;
  const std::string* file_;
  std::size_t offset_;
  std::size_t position_ = 0;   ///< The position after the current field.
  std::uint32_t number_ = 0;   ///< The number of the current field.
  std::uint8_t wire_ = 0;      ///< Its wire type.
  std::uint64_t integer_ = 0;  ///< Its value, for kVarint.
  std::string_view value_;     ///< Its value, for other wire types.
};

}  // namespace m2v::formats
