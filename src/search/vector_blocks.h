#pragma once

#include <cstddef>
#include <memory>
#include <new>
#include <vector>

#include "m2v/types.h"
#include "simd/distance.h"

namespace m2v::search {

/// Float32 memory that starts on a cache line, so that no vector load straddles two.
class AlignedFloats {
 public:
  explicit AlignedFloats(std::size_t count)
      : data_(static_cast<float*>(::operator new[](count * sizeof(float), kAlignment))) {}

  float* data() noexcept { return data_.get(); }
  const float* data() const noexcept { return data_.get(); }

 private:
  static constexpr std::align_val_t kAlignment{64};
  struct Free {
    void operator()(float* data) const noexcept { ::operator delete[](data, kAlignment); }
  };
  std::unique_ptr<float[], Free> data_;
};

/// `dim` rounded up to what the kernels read; the rest of a row is zeros.
constexpr std::size_t padded_width(std::size_t dim) noexcept {
  return (dim + simd::kDotAlign - 1) / simd::kDotAlign * simd::kDotAlign;
}

/// Rows of equal width in blocks of about a mebibyte, which never move: growing copies nothing, and
/// a block is what one thread scans at a time.
///
///   block 0: | row 0: dim values, zeros to the stride | row 1 | ... | block 1: ...
class VectorBlocks {
 public:
  explicit VectorBlocks(std::size_t dim);

  /// Appends rows as they are, or divided by their L2 norm (zero rows stay zero). Strong guarantee.
  void append(MatrixView rows, bool normalize);

  std::size_t size() const noexcept { return size_; }
  std::size_t stride() const noexcept { return stride_; }
  std::size_t rows_per_block() const noexcept { return rows_per_block_; }
  std::size_t block_count() const noexcept {
    return (size_ + rows_per_block_ - 1) / rows_per_block_;
  }
  const float* block(std::size_t i) const noexcept { return blocks_[i].data(); }
  std::size_t block_size(std::size_t i) const noexcept;  ///< In rows.

 private:
  std::size_t dim_;
  std::size_t stride_;
  std::size_t rows_per_block_;
  std::size_t size_ = 0;
  std::vector<AlignedFloats> blocks_;
};

/// Copies a vector of `dim` values into `stride` floats, padded with zeros; normalized as above, in
/// float64 and rounded once.
void copy_vector(const float* from, std::size_t dim, std::size_t stride, bool normalize, float* to);

}  // namespace m2v::search
