#pragma once

#include <cstddef>
#include <vector>

#include "base/json.h"
#include "encoder/transformer_settings.h"

namespace m2v::encoder {

/// Rotary position embeddings (Su et al. 2021): pairs of a head's values are rotated by angles that
/// grow with the position.
struct Rotary {
  std::vector<float> frequencies;  ///< Radians per position, one for each pair.

  /// Returns frequencies[i] = base^(-2 i / rotated). `rotated`, the number of values of a head to
  /// rotate, is even.
  static Rotary plain(std::size_t rotated, double base);
  /// Reads rope_theta and rope_scaling, or rope_parameters in newer configs; where those are given
  /// per kind of layer, the ones of `kind` ("full_attention", ...). The base defaults to `base`.
  /// Throws FormatError if the scaling is unknown or a number is invalid.
  static Rotary from_config(const base::JsonAt& config, std::size_t head_dim, double base,
                            std::string_view kind = "");

  /// The number of values of a head that are rotated.
  std::size_t rotated() const noexcept { return 2 * frequencies.size(); }
  /// Rotates the first `heads` heads of `head_dim` floats in each row, in place. Rows are
  /// `stride` floats apart; row r is at position r % length.
  void apply(float* x, std::size_t rows, std::size_t stride, std::size_t heads,
             std::size_t head_dim, std::size_t length) const;
};

}  // namespace m2v::encoder
