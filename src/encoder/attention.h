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
#include "encoder/transformer_settings.h"
#include "encoder/workspace.h"
#include "simd/transformer.h"

namespace m2v::encoder {

/// DeBERTa's disentangled attention: every relative distance has vectors of its own, whose dot
/// products with the queries and keys are added to the scores.
struct Disentangled {
  DebertaDistances distances;
  /// The projected distance vectors, [2 span, hidden], or empty.
  std::vector<float> keys, queries;
};

/// Multi-head attention. Members that a family does not use keep their defaults.
struct Attention {
  HeadShape shape{};
  Linear projection;  ///< Hidden states to Q, K and V, side by side.
  Linear
      output;  ///< The attention's output to the hidden size; replaces or adds, see NormPlacement.
  float scale = 0;  ///< The factor of the scores; 0 means 1 / sqrt(head_dim).
  /// The window: how many positions before and after its own a position attends to.
  std::size_t before = simd::kWholeSequence, after = simd::kWholeSequence;
  std::optional<Norm> query_norm, key_norm;  ///< Applied to each head, before the rotary positions.
  std::optional<Rotary> rotary;
  std::shared_ptr<const RelativeBias> relative_bias;  ///< May be shared by layers; null for none.
  std::optional<Disentangled> disentangled;

  /// Computes the attention of a batch, from Q, K and V in workspace.wide (which it changes) to
  /// workspace.context.
  void gather(const Batch& batch, Workspace& workspace) const;
};

}  // namespace m2v::encoder
