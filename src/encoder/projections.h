#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "encoder/checkpoint.h"
#include "encoder/linear.h"

namespace m2v::encoder {

enum class Bias {
  kNone,
  kRequired,
  kIfThere,  ///< Families whose configurations do not say.
};

/// A weight [outputs, inputs] and its bias [outputs], which is empty where there is none.
struct Projection {
  std::vector<float> weight, bias;
  std::size_t inputs = 0, outputs = 0;

  /// `name`.weight and `name`.bias.
  static Projection read(const Checkpoint& weights, const std::string& name, std::size_t inputs,
                         std::size_t outputs, Bias bias = Bias::kRequired);
  /// Several with the same inputs as one product: a single pass over them.
  static Projection stack(std::span<const Projection> parts);
  /// The outputs from `first` on, `count` of them.
  Projection slice(std::size_t first, std::size_t count) const;

  Linear pack(const Packing& packing, Linear::Output output = Linear::Output::kReplace,
              Activation activation = Activation::kNone) const {
    return {weight, bias, inputs, outputs, activation, output, packing};
  }
};

}  // namespace m2v::encoder
