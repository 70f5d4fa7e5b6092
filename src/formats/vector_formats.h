#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

// Encodes headers and vectors in the formats of vector files. Does not write files.
namespace m2v::formats {

/// Returns the header of a .npy file (version 1.0) with a float32 array [rows, dim] in C order.
/// Always 128 bytes, so that it can be rewritten when the number of rows is known.
std::string npy_header(std::size_t rows, std::size_t dim);

/// A tensor in the header of a .safetensors file.
struct TensorEntry {
  std::string_view name;   ///< Must not need JSON escapes.
  std::string_view dtype;  ///< Such as "F32".
  std::vector<std::size_t> shape;
  std::size_t bytes;  ///< The size of its data.
};

/// Returns the length and the header of a .safetensors file whose tensors follow in this order. The
/// result is padded with spaces to a multiple of 8 bytes, and to at least `size` bytes.
std::string safetensors_header(std::span<const TensorEntry> tensors, std::size_t size = 0);

/// Appends the values as a JSON array, such as "[0.5, -1]". Each value is the shortest decimal that
/// reads back as the same float; infinities and NaN become null.
void append_json_vector(std::string& out, std::span<const float> values);

}  // namespace m2v::formats
