#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "m2v/distill.h"
#include "m2v/types.h"

namespace m2v::distillation {

/// A table of vectors as it is stored.
struct Table {
  std::vector<std::byte> bytes;  ///< Row-major [rows, dim] of `dtype`.
  DType dtype = DType::kFloat32;
  std::vector<float> scales;  ///< One a row, with which int8 becomes values; empty: none.
};

/// Each row times its weight, in float64, rounded once to the dtype. Throws std::invalid_argument
/// for bfloat16.
Table make_table(MatrixView vectors, std::span<const double> weights, DType dtype, Int8Scale scale,
                 unsigned threads);

/// A row-major table with rows of `dim` values.
struct TableSource {
  std::span<const std::byte> bytes;
  DType dtype = DType::kFloat32;
  std::size_t dim = 0;
};

/// The same table in another dtype. int8 by the reference's rule, in the table's own arithmetic:
/// x / (max|x| / 127), through float16, to the nearest even integer; or a row alone, without the
/// float16. Throws std::invalid_argument for bfloat16.
Table convert_table(const TableSource& table, DType dtype, Int8Scale scale, unsigned threads);

/// The values of a table, with its scales (empty: none), as float32.
Matrix table_values(const TableSource& table, std::span<const double> scales, unsigned threads);

/// Some of the rows, in this order. Precondition: there are that many.
std::vector<std::byte> pick_rows(const TableSource& table, std::span<const std::uint32_t> rows);

/// The first `dims` of every row. Precondition: dims <= dim.
std::vector<std::byte> cut_table(const TableSource& table, std::size_t dims);

}  // namespace m2v::distillation
