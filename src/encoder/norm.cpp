#include "encoder/norm.h"

#include "simd/transformer.h"

namespace m2v::encoder {

Norm Norm::layer(const Checkpoint& weights, const std::string& name, std::size_t dim, float epsilon,
                 bool with_bias) {
  const bool old = !weights.has(name + ".weight") && weights.has(name + ".gamma");
  return {.weight = weights.read(name + (old ? ".gamma" : ".weight"), {dim}),
          .bias = with_bias ? weights.read(name + (old ? ".beta" : ".bias"), {dim})
                            : std::vector<float>(dim),
          .epsilon = epsilon,
          .kind = Kind::kLayer};
}

Norm Norm::rms(const Checkpoint& weights, const std::string& name, std::size_t dim, float epsilon,
               float offset) {
  Norm norm{.weight = weights.read(name + ".weight", {dim}),
            .bias = {},
            .epsilon = epsilon,
            .kind = Kind::kRms};
  for (float& weight : norm.weight) weight += offset;
  return norm;
}

void Norm::apply(float* x, std::size_t rows) const {
  if (kind == Kind::kLayer) {
    simd::layer_norm(x, rows, weight.size(), weight.data(), bias.data(), epsilon);
  } else {
    apply_to_pieces(x, rows, weight.size(), 1);
  }
}

void Norm::apply_to_pieces(float* x, std::size_t rows, std::size_t stride,
                           std::size_t pieces) const {
  simd::rms_norm(x, {.rows = rows, .stride = stride, .pieces = pieces, .dim = weight.size()},
                 weight.data(), epsilon);
}

}  // namespace m2v::encoder
