#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "encoder/checkpoint.h"
#include "encoder/linear.h"

namespace m2v::encoder {

/// Whether a projection has a bias.
enum class Bias {
  kNone,
  kRequired,
  kOptional,  ///< Optional: for families whose configs do not specify it.
};

/// A weight [outputs, inputs] and its bias [outputs], which is empty if there is none.
struct Projection {
  std::vector<float> weight, bias;
  std::size_t inputs = 0, outputs = 0;

  /// Reads `name`.weight and `name`.bias. Throws FormatError.
  static Projection read(const Checkpoint& weights, const std::string& name, std::size_t inputs,
                         std::size_t outputs, Bias bias = Bias::kRequired);
  /// Concatenates the outputs of projections with the same inputs, to compute them in one product.
  /// If only some have a bias, the others' is zero.
  static Projection stack(std::span<const Projection> parts);
  /// Returns the `count` outputs from `first` on.
  Projection slice(std::size_t first, std::size_t count) const;

  /// Copies weight and bias into a Linear.

  Linear pack(const Packing& packing, Linear::Output output = Linear::Output::kReplace,
              Activation activation = Activation::kNone) const {
    return {weight, bias, inputs, outputs, activation, output, packing};
  }
};

}  // namespace m2v::encoder
