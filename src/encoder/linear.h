#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "encoder/activation.h"
#include "encoder/weight_memory.h"

namespace m2v::encoder {

/// The number of rows that one product is made for. A batch is padded to a multiple of it, so that
/// one compiled kernel and one layout of the weights serve every batch, and a row's result never
/// depends on how many rows are beside it.
inline constexpr std::size_t kBlockRows = 96;

/// While one lives, oneDNN starts no threads on behalf of this thread.
class SingleThreaded {
 public:
  SingleThreaded();
  ~SingleThreaded();
  SingleThreaded(const SingleThreaded&) = delete;
  SingleThreaded& operator=(const SingleThreaded&) = delete;

 private:
  int before_;
};

/// y = activation(x weight^T + bias), the weight packed once for the machine's matrix kernels.
/// Immutable; may be applied from several threads at once.
class Linear {
 public:
  enum class Output {
    kReplace,
    kAdd,  ///< Adds to what y holds: a residual connection.
  };

  Linear();
  /// `weight` is [outputs, inputs] and `bias` [outputs], or empty for none; both are copied, to
  /// `memory`, which must outlive this.
  Linear(std::span<const float> weight, std::span<const float> bias, std::size_t inputs,
         std::size_t outputs, Activation activation, Output output, WeightMemory& memory);
  ~Linear();
  Linear(Linear&&) noexcept;
  Linear& operator=(Linear&&) noexcept;

  /// x [rows, inputs], y [rows, outputs], 64-byte aligned; `rows` is a multiple of kBlockRows.
  /// `scratch` belongs to the calling thread and grows as needed. Needs a SingleThreaded.
  void apply(const float* x, std::size_t rows, float* y, std::vector<std::byte>& scratch) const;

 private:
  struct Impl;
  std::unique_ptr<const Impl> impl_;
};

}  // namespace m2v::encoder
