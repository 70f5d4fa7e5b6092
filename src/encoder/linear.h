#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/aligned_buffer.h"
#include "encoder/activation.h"
#include "encoder/weight_memory.h"

namespace m2v::encoder {

/// The arithmetic of matrix products.
enum class Precision {
  kFloat32,
  kInt16,  ///< 16-bit fixed point, see simd/product.h.
};

/// The format of packed weights and the memory that holds them.
struct Packing {
  Precision precision = Precision::kFloat32;
  WeightMemory* memory = nullptr;  ///< Must outlive everything that is packed into it.
};

/// A scratch array. Large ones are in huge pages.
using Floats = base::AlignedBuffer<float>;

/// Scratch memory of one thread for products; grows as needed.
struct LinearScratch {
  Floats sums;                         ///< For simd::multiply_strassen().
  std::vector<std::int16_t> integers;  ///< The inputs in fixed point.
  std::vector<float> scales;           ///< The scales of their rows.
};

/// y = activation(x weight^T + bias), with the weight packed once. Immutable; may be applied from
/// several threads at once. The same rows, applied together, give the same bits; among other rows
/// their last bits may differ.
class Linear {
 public:
  enum class Output {
    kReplace,
    kAdd,  ///< Adds to the previous contents of y: a residual connection.
  };

  Linear() = default;
  /// `weight` is [outputs, inputs], and `bias` is [outputs] or empty; both are copied. Throws
  /// std::invalid_argument if a size is wrong, and std::bad_alloc.
  Linear(std::span<const float> weight, std::span<const float> bias, std::size_t inputs,
         std::size_t outputs, Activation activation, Output output, const Packing& packing);

  /// The number of inputs.
  std::size_t inputs() const noexcept { return inputs_; }

  /// Computes y [rows, outputs] from x [rows, inputs]. Both must have space for
  /// simd::padded_rows(rows) rows.
  void apply(const float* x, std::size_t rows, float* y, LinearScratch& scratch) const;

 private:
  std::size_t inputs_ = 0, outputs_ = 0;
  Activation activation_ = Activation::kNone;
  Output output_ = Output::kReplace;
  // In the packing's memory: the weight as floats with sums, or as integers with scales; the bias.
  const float* floats_ = nullptr;
  const float* sums_ = nullptr;
  const std::int16_t* integers_ = nullptr;
  const float* scales_ = nullptr;
  const float* bias_ = nullptr;
};

}  // namespace m2v::encoder
