#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "encoder/checkpoint.h"

namespace m2v::encoder {

/// A normalization of rows: layer norm, or root mean square where there is no mean to take away.
struct Norm {
  enum class Kind { kLayer, kRms };

  std::vector<float> gain, bias;  ///< RMS norms have no bias.
  float epsilon = 0;
  Kind kind = Kind::kLayer;

  /// Layer norm: `name`.weight and .bias, or .gamma and .beta as the oldest checkpoints call them.
  static Norm layer(const Checkpoint& weights, const std::string& name, std::size_t dim,
                    float epsilon, bool with_bias = true);
  /// RMS norm: `name`.weight, with `offset` added to each gain.
  static Norm rms(const Checkpoint& weights, const std::string& name, std::size_t dim,
                  float epsilon, float offset = 0);

  void apply(float* x, std::size_t rows) const;
  /// An RMS norm of pieces: rows `stride` floats apart, `pieces` pieces at the beginning of each.
  void apply_to_pieces(float* x, std::size_t rows, std::size_t stride, std::size_t pieces) const;
};

}  // namespace m2v::encoder
