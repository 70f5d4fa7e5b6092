#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "encoder/activation.h"
#include "encoder/buffer.h"
#include "encoder/weight_memory.h"

namespace m2v::encoder {

/// What matrix products compute with.
enum class Precision {
  kFloat32,
  kInt16,  ///< 16-bit fixed point, see simd/product.h.
};

/// How packed weights are kept, and where.
struct Packing {
  Precision precision = Precision::kFloat32;
  WeightMemory* memory = nullptr;  ///< Outlives whatever was packed into it.
};

/// A thread's memory for products; grows as needed.
struct LinearScratch {
  Buffer sums;                         ///< For simd::multiply_fast.
  std::vector<std::int16_t> integers;  ///< Inputs in fixed point.
  std::vector<float> scales;
};

/// y = activation(x weight^T + bias), the weight packed once. Immutable; may be applied from
/// several threads at once. The same rows together give the same bits; among other rows, their last
/// bits may differ.
class Linear {
 public:
  enum class Output {
    kReplace,
    kAdd,  ///< Adds to what y holds: a residual connection.
  };

  Linear() = default;
  /// `weight` is [outputs, inputs] and `bias` [outputs], or empty for none; both are copied.
  Linear(std::span<const float> weight, std::span<const float> bias, std::size_t inputs,
         std::size_t outputs, Activation activation, Output output, const Packing& packing);

  /// x [rows, inputs], y [rows, outputs], both with room for simd::padded_rows(rows).
  std::size_t inputs() const noexcept { return inputs_; }

  void apply(const float* x, std::size_t rows, float* y, LinearScratch& scratch) const;

 private:
  std::size_t inputs_ = 0, outputs_ = 0;
  Activation activation_ = Activation::kNone;
  Output output_ = Output::kReplace;
  // In the memory of the packing: the weight in one of two forms, a column's scale, the bias.
  const float* floats_ = nullptr;
  const float* sums_ = nullptr;
  const std::int16_t* integers_ = nullptr;
  const float* scales_ = nullptr;
  const float* bias_ = nullptr;
};

}  // namespace m2v::encoder
