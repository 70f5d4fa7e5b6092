#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "encoder/checkpoint.h"

namespace m2v::encoder {

/// A normalization of rows: layer norm, or RMS norm, which does not subtract the mean.
struct Norm {
  enum class Kind { kLayer, kRms };

  std::vector<float> weight, bias;  ///< Weight and bias, [dim]; RMS norms have no bias.
  float epsilon = 0;
  Kind kind = Kind::kLayer;

  /// Reads a layer norm: `name`.weight and .bias, or .gamma and .beta in the oldest checkpoints.
  /// Without `with_bias`, the bias is zero. Throws FormatError.
  static Norm layer(const Checkpoint& weights, const std::string& name, std::size_t dim,
                    float epsilon, bool with_bias = true);
  /// Reads an RMS norm: `name`.weight, with `offset` added to each value. Throws FormatError.
  static Norm rms(const Checkpoint& weights, const std::string& name, std::size_t dim,
                  float epsilon, float offset = 0);

  /// Normalizes every row of x [rows, dim], in place.
  void apply(float* x, std::size_t rows) const;
  /// Applies an RMS norm to pieces of rows, such as attention heads, in place: rows are `stride`
  /// floats apart, and each begins with `pieces` pieces of dim floats.
  void apply_to_pieces(float* x, std::size_t rows, std::size_t stride, std::size_t pieces) const;
};

}  // namespace m2v::encoder
