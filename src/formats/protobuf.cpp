#include "formats/protobuf.h"

#include <bit>
#include <limits>

#include "m2v/error.h"
#include "text/unicode.h"

namespace m2v::formats {

bool ProtobufReader::next() {
  if (position_ == bytes_.size()) return false;
  const std::uint64_t tag = read_varint();
  if (tag >> 3 == 0 || tag >> 3 > std::numeric_limits<std::uint32_t>::max()) fail("no such field");
  number_ = static_cast<std::uint32_t>(tag >> 3);
  wire_ = static_cast<std::uint8_t>(tag & 7);
  value_ = {};
  switch (wire_) {
    case kVarint:
      integer_ = read_varint();
      break;
    case kFixed64:
      value_ = read_bytes(8);
      break;
    case kBytes:
      value_ = read_bytes(read_varint());
      break;
    case kFixed32:
      value_ = read_bytes(4);
      break;
    default:
      fail("not a Protocol Buffers message");
  }
  return true;
}

std::uint64_t ProtobufReader::integer() const {
  expect(kVarint);
  return integer_;
}

float ProtobufReader::number32() const {
  expect(kFixed32);
  std::uint32_t bits = 0;
  for (int i = 3; i >= 0; --i) {
    bits = bits << 8 | static_cast<unsigned char>(value_[static_cast<std::size_t>(i)]);
  }
  return std::bit_cast<float>(bits);
}

std::string_view ProtobufReader::bytes() const {
  expect(kBytes);
  return value_;
}

std::string ProtobufReader::text() const {
  const std::string text(bytes());
  if (text::to_utf8(text::to_utf32(text)) != text) fail("not valid UTF-8");
  return text;
}

ProtobufReader ProtobufReader::message() const {
  const std::string_view inner = bytes();
  return {inner, *file_, offset_ + static_cast<std::size_t>(inner.data() - bytes_.data())};
}

std::uint64_t ProtobufReader::read_varint() {
  std::uint64_t value = 0;
  for (int shift = 0; shift < 64; shift += 7) {
    const auto byte = static_cast<unsigned char>(read_bytes(1)[0]);
    value |= std::uint64_t{byte & 0x7Fu} << shift;
    if (byte < 0x80) return value;
  }
  fail("a number of more than 64 bits");
}

std::string_view ProtobufReader::read_bytes(std::uint64_t size) {
  if (size > bytes_.size() - position_) fail("the message is truncated");
  const std::string_view bytes = bytes_.substr(position_, size);
  position_ += size;
  return bytes;
}

void ProtobufReader::expect(Wire wire) const {
  if (wire_ != wire) fail("field " + std::to_string(number_) + " has an unexpected wire type");
}

void ProtobufReader::fail(const std::string& problem) const {
  throw FormatError(*file_, "byte " + std::to_string(offset_ + position_), problem);
}

}  // namespace m2v::formats
