#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <vector>

#include "encoder/batches.h"
#include "encoder/linear.h"
#include "encoder/norm.h"
#include "encoder/relative_positions.h"
#include "encoder/rotary.h"
#include "encoder/settings.h"
#include "encoder/workspace.h"
#include "simd/transformer.h"

namespace m2v::encoder {

/// DeBERTa's disentangled attention: distances have vectors of their own, which queries and keys
/// are multiplied with.
struct Disentangled {
  DebertaDistances distances;
  std::vector<float> keys, queries;  ///< [2 span, hidden], or empty: the projected vectors.
};

/// Multi-head attention. What a family does not use stays at its default.
struct Attention {
  HeadShape shape{};
  Linear projection;  ///< Hidden states to Q, K and V, side by side.
  Linear output;      ///< Onto the hidden states, or besides: see Layer.
  float scale = 0;    ///< Of the scores; 0: 1 / sqrt(head_dim).
  std::size_t before = simd::kWholeSequence, after = simd::kWholeSequence;
  std::optional<Norm> query_norm, key_norm;  ///< Of each head, before the positions come in.
  std::optional<Rotary> rotary;
  std::shared_ptr<const RelativeBias> relative_bias;  ///< Layers may share one.
  std::optional<Disentangled> disentangled;

  /// From Q, K and V in workspace.wide to workspace.context.
  void gather(const Batch& batch, Workspace& workspace) const;
};

}  // namespace m2v::encoder
