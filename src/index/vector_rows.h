#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "formats/sections.h"
#include "index/row_blocks.h"
#include "m2v/types.h"
#include "simd/distance.h"

namespace m2v::index {

/// Copies a vector of `dim` values. If `unit`, divides it by its L2 norm, in float64 and rounded
/// once; a zero vector stays zero.
void copy_vector(const float* from, std::size_t dim, bool unit, float* to);

/// The stored vectors: float32, float16, or int8 with one scale per row.
///
///   block 0: | row 0: dim values, zeros to a multiple of 64 bytes | row 1 | ... | block 1: ...
///
/// The int8 scale of a unit vector is 1 / the norm of its integers, so that the stored row is a
/// unit vector, too.
class VectorRows {
 public:
  /// `dtype` is kFloat32, kFloat16 or kInt8. `unit` promises that all rows are unit vectors or
  /// zero.
  VectorRows(std::size_t dim, DType dtype, bool unit);

  DType dtype() const noexcept { return dtype_; }
  /// The distance between rows, in values.
  std::size_t stride() const noexcept { return stride_; }
  /// The number of rows in a block, a multiple of 64.
  std::size_t rows_per_block() const noexcept { return blocks_.rows_per_block(); }
  /// Returns the rows of block i for the kernels. Valid until the rows change.
  simd::Rows block(std::size_t i) const noexcept;
  /// An upper bound of the L2 norms of all rows that are or have been stored.
  double largest_norm() const noexcept { return largest_norm_; }

  /// Allocates memory for `rows` rows. Strong exception guarantee.
  void reserve(std::size_t rows);
  /// Stores a vector of `dim` values, normalized if rows are unit vectors. Precondition: the row is
  /// reserved.
  void set(std::size_t row, const float* vector);
  /// Copies row `from` to row `to`.
  void copy(std::size_t from, std::size_t to);

  /// Returns the dot product of a row with a query of `dim` values, in float64, rounded once and
  /// clamped to the range of float32, or to [-1, 1] for unit rows.
  float score(std::size_t row, const float* query) const noexcept;
  /// Writes a row's `dim` values, rounded to float32.
  void get(std::size_t row, float* to) const noexcept;

  /// Adds the first `size` rows to sections, without copying them.
  void save(std::size_t size, formats::Sections& sections) const;
  /// Replaces all rows by the `size` rows of sections, which are used in place until they are
  /// written to. Throws FormatError.
  void load(std::size_t size, double largest_norm, const formats::Sections& sections);

 private:
  std::size_t dim_;
  DType dtype_;
  bool unit_;
  std::size_t stride_;
  RowBlocks blocks_;
  std::vector<float> scales_;  // for int8 only
  double largest_norm_;
};

}  // namespace m2v::index
