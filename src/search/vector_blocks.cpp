#include "search/vector_blocks.h"

#include <algorithm>
#include <cmath>

namespace m2v::search {
namespace {

constexpr std::size_t kBlockFloats = std::size_t{1} << 18;  // 1 MiB

double squared_norm(const float* values, std::size_t dim) {
  double sum = 0;
  for (std::size_t i = 0; i < dim; ++i) sum += static_cast<double>(values[i]) * values[i];
  return sum;
}

}  // namespace

void copy_vector(const float* from, std::size_t dim, std::size_t stride, bool normalize,
                 float* to) {
  // The square of the smallest float32 is still a normal float64: only zero vectors have norm 0.
  const double norm = normalize ? std::sqrt(squared_norm(from, dim)) : 1.0;
  if (normalize && norm > 0) {
    for (std::size_t i = 0; i < dim; ++i) to[i] = static_cast<float>(from[i] / norm);
  } else {
    std::copy_n(from, dim, to);
  }
  std::fill(to + dim, to + stride, 0.0f);
}

VectorBlocks::VectorBlocks(std::size_t dim)
    : dim_(dim),
      stride_(padded_width(dim)),
      rows_per_block_(std::max<std::size_t>(1, kBlockFloats / stride_)) {}

std::size_t VectorBlocks::block_size(std::size_t i) const noexcept {
  return std::min(rows_per_block_, size_ - i * rows_per_block_);
}

void VectorBlocks::append(MatrixView rows, bool normalize) {
  const std::size_t needed = (size_ + rows.rows + rows_per_block_ - 1) / rows_per_block_;
  if (needed > blocks_.size()) {
    blocks_.reserve(std::max(needed, blocks_.size() * 2));
    // Blocks beyond size() are room for later, so a failed allocation here changes nothing.
    while (blocks_.size() < needed) blocks_.emplace_back(rows_per_block_ * stride_);
  }
  for (std::size_t r = 0; r < rows.rows; ++r, ++size_) {
    float* to = blocks_[size_ / rows_per_block_].data() + size_ % rows_per_block_ * stride_;
    copy_vector(rows.data + r * dim_, dim_, stride_, normalize, to);
  }
}

}  // namespace m2v::search
