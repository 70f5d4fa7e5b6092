#pragma once

#include <cstddef>
#include <vector>

#include "core/json.h"
#include "encoder/settings.h"

namespace m2v::encoder {

/// Rotary positions (Su et al. 2021): pairs of a head's values are turned by angles that grow with
/// the position.
struct Rotary {
  std::vector<float> frequencies;  ///< Radians a position, of each pair.

  /// frequencies[i] = base^(-2 i / rotated), `rotated` being even.
  static Rotary plain(std::size_t rotated, double base);
  /// What a config says: rope_theta and rope_scaling, or rope_parameters as newer files have them;
  /// of the latter those of `kind` ("full_attention", ...) where they are told apart by the kind of
  /// layer. Without any: `base`. Throws FormatError for scalings that are not known.
  static Rotary from_config(const core::JsonAt& config, std::size_t head_dim, double base,
                            std::string_view kind = "");

  std::size_t rotated() const noexcept { return 2 * frequencies.size(); }
  /// Turns the first `heads` heads of `head_dim` floats in each row; rows are `stride` floats apart
  /// and stand at position row % length.
  void apply(float* x, std::size_t rows, std::size_t stride, std::size_t heads,
             std::size_t head_dim, std::size_t length) const;
};

}  // namespace m2v::encoder
