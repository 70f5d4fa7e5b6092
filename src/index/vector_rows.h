#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/sections.h"
#include "m2v/types.h"
#include "search/row_blocks.h"
#include "simd/distance.h"

namespace m2v::search {

/// Copies a vector of `dim` values; for `unit`, divided by its L2 norm, in float64 and rounded once
/// (a zero vector stays zero).
void copy_vector(const float* from, std::size_t dim, bool unit, float* to);

/// Vectors as they are kept: float32, float16, or int8 with a scale a row.
///
///   block 0: | row 0: dim values, zeros to a multiple of 64 bytes | row 1 | ... | block 1: ...
///
/// The int8 scale of a unit vector is 1 over the norm of its integers, so that the row is a unit
/// vector still.
class VectorRows {
 public:
  /// `dtype` is kFloat32, kFloat16 or kInt8; `unit` tells that rows are unit vectors or zero.
  VectorRows(std::size_t dim, DType dtype, bool unit);

  DType dtype() const noexcept { return dtype_; }
  std::size_t stride() const noexcept { return stride_; }  ///< In values.
  std::size_t rows_per_block() const noexcept { return blocks_.rows_per_block(); }
  simd::Rows block(std::size_t i) const noexcept;
  /// No row's L2 norm is larger, now or ever before.
  double largest_norm() const noexcept { return largest_norm_; }

  /// Makes room for rows up to `rows`. Strong guarantee.
  void reserve(std::size_t rows);
  /// Writes a row; for unit rows `vector` must be one already. Precondition: reserved.
  void set(std::size_t row, const float* vector);
  void copy(std::size_t from, std::size_t to);

  /// The dot product with `dim` values in float64, rounded once and clamped to float32's range;
  /// for unit rows, to [-1, 1].
  float score(std::size_t row, const float* query) const noexcept;
  /// A row's values, rounded to float32.
  void get(std::size_t row, float* to) const noexcept;

  /// The first `size` rows to sections, and back: there they are used where they lie until they are
  /// written to. load() throws FormatError.
  void save(std::size_t size, core::Sections& sections) const;
  void load(std::size_t size, double largest_norm, const core::Sections& sections);

 private:
  std::size_t dim_;
  DType dtype_;
  bool unit_;
  std::size_t stride_;
  RowBlocks blocks_;
  std::vector<float> scales_;  // int8 alone
  double largest_norm_;
};

}  // namespace m2v::search
