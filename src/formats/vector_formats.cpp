#include "formats/vector_formats.h"

#include <bit>
#include <charconv>
#include <cmath>
#include <cstdint>

namespace m2v::formats {

static_assert(std::endian::native == std::endian::little, "vectors are written as they stand");

std::string npy_header(std::size_t rows, std::size_t dim) {
  constexpr std::size_t kPrefix = 10;  // magic, version and length
  constexpr std::size_t kSize = 128;   // a multiple of 64 that suffices for any numbers
  std::string dictionary = "{'descr': '<f4', 'fortran_order': False, 'shape': (" +
                           std::to_string(rows) + ", " + std::to_string(dim) + "), }";
  dictionary.resize(kSize - kPrefix - 1, ' ');
  dictionary += '\n';
  std::string out("\x93NUMPY\x01\x00", 8);
  out += static_cast<char>(dictionary.size() & 0xFF);
  out += static_cast<char>(dictionary.size() >> 8);
  return out + dictionary;
}

std::string safetensors_header(std::span<const TensorEntry> tensors, std::size_t size) {
  std::string json = "{";
  std::size_t offset = 0;
  for (const TensorEntry& tensor : tensors) {
    if (json.size() > 1) json += ',';
    json += "\"" + std::string(tensor.name) + "\":{\"dtype\":\"" + std::string(tensor.dtype) +
            "\",\"shape\":[";
    for (const std::size_t extent : tensor.shape) {
      if (json.back() != '[') json += ',';
      json += std::to_string(extent);
    }
    const std::size_t end = offset + tensor.bytes;
    json += "],\"data_offsets\":[" + std::to_string(offset) + "," + std::to_string(end) + "]}";
    offset = end;
  }
  json += '}';
  if (json.size() + 8 < size) json.resize(size - 8, ' ');
  json.append((8 - json.size() % 8) % 8, ' ');
  std::string out;
  for (std::uint64_t length = json.size(), i = 0; i < 8; ++i, length >>= 8) {
    out += static_cast<char>(length & 0xFF);
  }
  return out + json;
}

void append_json_vector(std::string& out, std::span<const float> values) {
  char digits[32];
  out += '[';
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (i > 0) out += ", ";
    if (std::isfinite(values[i])) {
      out.append(digits, std::to_chars(digits, digits + sizeof digits, values[i]).ptr);
    } else {
      out += "null";
    }
  }
  out += ']';
}

}  // namespace m2v::formats
