#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "m2v/export.h"

namespace m2v {

/// A batch of texts, UTF-8. Nothing is copied: the characters must outlive the call.
using Texts = std::span<const std::string_view>;

/// A dense row-major float32 matrix that owns its memory.
struct Matrix {
  std::vector<float> data;  ///< rows * cols values; row i starts at i * cols.
  std::size_t rows = 0;
  std::size_t cols = 0;

  /// Row i, `cols` values. Precondition: i < rows.
  std::span<const float> row(std::size_t i) const { return {data.data() + i * cols, cols}; }
  std::span<float> row(std::size_t i) { return {data.data() + i * cols, cols}; }
};

/// A row-major float32 matrix that somebody else owns.
struct MatrixView {
  const float* data = nullptr;
  std::size_t rows = 0;
  std::size_t cols = 0;

  MatrixView() = default;
  MatrixView(const float* values, std::size_t row_count, std::size_t column_count)
      : data(values), rows(row_count), cols(column_count) {}
  MatrixView(const Matrix& matrix)  // NOLINT(google-explicit-constructor): a Matrix is a view
      : data(matrix.data.data()), rows(matrix.rows), cols(matrix.cols) {}

  /// Row i, `cols` values. Precondition: i < rows.
  std::span<const float> row(std::size_t i) const { return {data + i * cols, cols}; }
};

/// The element types that an embedding table can be stored in.
enum class DType { kFloat16, kFloat32, kFloat64, kBFloat16, kInt8 };

/// The name of a dtype as `config.json` and the command line spell it, e.g. "float16".
M2V_API std::string_view dtype_name(DType dtype) noexcept;

/// The size of a value in bytes.
constexpr std::size_t dtype_size(DType dtype) noexcept {
  constexpr std::size_t kSizes[] = {2, 4, 8, 2, 1};
  return kSizes[static_cast<std::size_t>(dtype)];
}

/// The dtype of that name. Throws std::invalid_argument, which lists the names, if there is none.
M2V_API DType dtype_from_name(std::string_view name);

}  // namespace m2v
