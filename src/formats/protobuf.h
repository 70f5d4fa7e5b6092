#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace m2v::tokenize {

/// Walks the fields of one Protocol Buffers message. Every read is checked against its end; what
/// does not fit throws FormatError with the byte at which it stands.
///
///   message = field*      field = tag, value      tag = varint(number << 3 | wire type)
///   wire type 0: varint   1: 8 bytes   2: varint size, that many bytes   5: 4 bytes
class ProtobufReader {
 public:
  /// `offset` is where the message begins in the file.
  ProtobufReader(std::string_view bytes, const std::string& file, std::size_t offset = 0)
      : bytes_(bytes), file_(&file), offset_(offset) {}

  /// Goes on to the next field; false at the end of the message.
  bool next();
  std::uint32_t number() const noexcept { return number_; }

  /// The value of the field at hand, which must be of that kind.
  std::uint64_t integer() const;
  float number32() const;
  std::string_view bytes() const;
  std::string text() const;  ///< Valid UTF-8.
  ProtobufReader message() const;

 private:
  enum Wire : std::uint8_t { kVarint = 0, kFixed64 = 1, kBytes = 2, kFixed32 = 5 };

  std::uint64_t read_varint();
  std::string_view read_bytes(std::uint64_t size);
  void expect(Wire wire) const;
  [[noreturn]] void fail(const std::string& problem) const;

  std::string_view bytes_;
  const std::string* file_;
  std::size_t offset_;
  std::size_t position_ = 0;
  std::uint32_t number_ = 0;
  std::uint8_t wire_ = 0;
  std::uint64_t integer_ = 0;
  std::string_view value_;
};

}  // namespace m2v::tokenize
