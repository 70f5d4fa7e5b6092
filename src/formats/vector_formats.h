#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

// The bytes around and inside the vectors of each format; writing them is somebody else's work.
namespace m2v::io {

/// The header of a .npy file (version 1.0) of float32 [rows, dim]: 128 bytes, whatever the numbers.
std::string npy_header(std::size_t rows, std::size_t dim);

struct TensorEntry {
  std::string_view name;
  std::string_view dtype;
  std::vector<std::size_t> shape;
  std::size_t bytes;
};

/// The length and header of a .safetensors file whose tensors follow in this order; a multiple of
/// 8 bytes, and at least `size`. The names and dtypes need no escapes.
std::string safetensors_header(std::span<const TensorEntry> tensors, std::size_t size = 0);

/// Appends "[0.5, -1, ...]": for each value the shortest decimal that reads back as the same float;
/// null for what JSON has no number for.
void append_json_vector(std::string& out, std::span<const float> values);

}  // namespace m2v::io
