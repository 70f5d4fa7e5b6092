#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "m2v/distill.h"
#include "m2v/types.h"

namespace m2v::distillation {

/// A table of vectors in the form in which it is stored.
struct Table {
  std::vector<std::byte> bytes;  ///< Row-major [rows, dim] of `dtype`.
  DType dtype = DType::kFloat32;
  /// One scale per row, by which int8 values are multiplied; empty: none.
  std::vector<float> scales;
};

/// Multiplies each row of `vectors` by its weight in float64 and rounds once to the dtype. Throws
/// std::invalid_argument for bfloat16.
Table make_table(MatrixView vectors, std::span<const double> weights, DType dtype, Int8Scale scale,
                 unsigned threads);

/// A view of a row-major table with rows of `dim` values.
struct TableSource {
  std::span<const std::byte> bytes;
  DType dtype = DType::kFloat32;
  std::size_t dim = 0;
};

/// Converts a table to another dtype. For int8 with kTable it follows model2vec: x / (max|x| / 127)
/// in the table's own arithmetic, rounded to float16 and then to the nearest integer, ties to even.
/// With kRow each row has a scale of its own, and there is no rounding to float16. Throws
/// std::invalid_argument for bfloat16.
Table convert_table(const TableSource& table, DType dtype, Int8Scale scale, unsigned threads);

/// Returns the values of a table as float32, multiplied by its `scales`, one per row (empty: none).
Matrix table_values(const TableSource& table, std::span<const double> scales, unsigned threads);

/// Copies the given rows, in this order. Precondition: each row exists.
std::vector<std::byte> pick_rows(const TableSource& table, std::span<const std::uint32_t> rows);

/// Copies the first `dims` values of every row. Precondition: dims <= table.dim.
std::vector<std::byte> truncate_table(const TableSource& table, std::size_t dims);

}  // namespace m2v::distillation
