#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "m2v/export.h"

// The types that the whole interface shares: batches of texts, matrices of vectors, and the element
// types of embedding tables.
//
//   const std::vector<std::string_view> texts = {"first text", "second text"};
//   const m2v::Matrix vectors = model.encode(texts);  // [texts, model.dim()]
//   const std::span<const float> first = vectors.row(0);

namespace m2v {

/// A batch of UTF-8 texts. Texts are never copied: the array of views and the characters that they
/// refer to must outlive the call.
using Texts = std::span<const std::string_view>;

/// A dense row-major float32 matrix that owns its memory.
struct Matrix {
  std::vector<float> data;  ///< rows * cols values; row i starts at index i * cols.
  std::size_t rows = 0;     ///< Number of rows.
  std::size_t cols = 0;     ///< Number of columns.

  /// Returns row i, `cols` values. Precondition: i < rows.
  std::span<const float> row(std::size_t i) const { return {data.data() + i * cols, cols}; }
  std::span<float> row(std::size_t i) { return {data.data() + i * cols, cols}; }
};

/// A dense row-major float32 matrix whose memory is owned elsewhere and must outlive the view.
struct MatrixView {
  const float* data = nullptr;  ///< rows * cols values; row i starts at index i * cols.
  std::size_t rows = 0;         ///< Number of rows.
  std::size_t cols = 0;         ///< Number of columns.

  MatrixView() = default;
  MatrixView(const float* values, std::size_t row_count, std::size_t column_count)
      : data(values), rows(row_count), cols(column_count) {}
  MatrixView(const Matrix& matrix)  // NOLINT(google-explicit-constructor): a Matrix is a view
      : data(matrix.data.data()), rows(matrix.rows), cols(matrix.cols) {}

  /// Returns row i, `cols` values. Precondition: i < rows.
  std::span<const float> row(std::size_t i) const { return {data + i * cols, cols}; }
};

/// The element types in which an embedding table can be stored.
enum class DType { kFloat16, kFloat32, kFloat64, kBFloat16, kInt8 };

/// Returns the name of a dtype as it is spelled in `config.json` and on the command line, for
/// example "float16".
[[nodiscard]] M2V_API std::string_view dtype_name(DType dtype) noexcept;

/// Returns the size of one element in bytes.
constexpr std::size_t dtype_size(DType dtype) noexcept {
  constexpr std::size_t kSizes[] = {2, 4, 8, 2, 1};
  return kSizes[static_cast<std::size_t>(dtype)];
}

/// Returns the dtype with the given name. Throws std::invalid_argument, with a list of the valid
/// names, if there is none.
[[nodiscard]] M2V_API DType dtype_from_name(std::string_view name);

}  // namespace m2v
