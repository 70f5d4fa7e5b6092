#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <vector>

#include "encoder/attention.h"
#include "encoder/batches.h"
#include "encoder/checkpoint.h"
#include "encoder/linear.h"
#include "encoder/norm.h"
#include "encoder/weight_memory.h"
#include "encoder/workspace.h"

namespace m2v::encoder {

/// What enters the first layer: the token's vector, with its position's where positions have any.
struct Embeddings {
  EmbeddingTable words;
  float scale = 1;               ///< Of the token's vector.
  std::vector<float> constant;   ///< Added to every row, or empty: token type 0.
  std::vector<float> positions;  ///< [positions, dim], or empty.
  /// RoBERTa's numbering, if set: positions begin behind this id, and a token that is this id
  /// itself stands there and is not counted.
  std::optional<std::uint32_t> padding_id;
  std::optional<Norm> norm;
  std::optional<Linear> projection;  ///< To the hidden size, after the norm.
  std::optional<Norm> projected_norm;

  std::size_t dim() const noexcept { return words.dim(); }
};

/// down(activation(up(x))), or, gated, down(activation(first half of up(x)) * second half).
struct FeedForward {
  Linear up, down;
  std::size_t inside = 0;
  std::optional<Activation> gate;  ///< A network that is not gated has its activation in `up`.

  std::size_t width() const noexcept { return gate ? 2 * inside : inside; }
};

/// The norms around one half of a layer: its input (pre-norm), its output before it is added (then
/// the half's last Linear replaces, otherwise it adds), and the sum (post-norm).
struct Around {
  std::optional<Norm> before, after, sum;
};

/// Attention, then a feed-forward network, each added to its input.
struct Layer {
  Around around_attention, around_feed_forward;
  Attention attention;
  FeedForward feed_forward;

  /// Q, K and V of the first `rows` rows of workspace.hidden, in workspace.wide.
  void project(std::size_t rows, Workspace& workspace) const;
  /// After project() of all rows: advances workspace.hidden by one layer.
  void advance(const Batch& batch, Workspace& workspace) const;
};

/// What the families are made of; each fills in the parts that it has.
struct Transformer {
  explicit Transformer(Precision wanted) : precision(wanted) {}

  std::size_t hidden = 0;
  std::size_t max_length = 0;
  Embeddings embeddings;
  std::vector<Layer> layers;
  std::vector<std::size_t> order;  ///< Which layer comes when; empty: one after the other.
  std::optional<Norm> final_norm;
  std::optional<Linear> pooler;  ///< Of the first position's hidden state.
  Precision precision;
  std::unique_ptr<WeightMemory> memory = std::make_unique<WeightMemory>();

  Packing packing() const noexcept { return {.precision = precision, .memory = memory.get()}; }

  /// Scratch memory for batches of up to so many rows.
  Workspace make_workspace(std::size_t padded_rows) const;
  /// Leaves the last hidden states in workspace.hidden.
  void forward(const Batch& batch, Workspace& workspace) const;
  /// After forward(): the pooler's output, row i at out + i * hidden of workspace.context.
  /// Precondition: there is a pooler.
  void pool(const Batch& batch, Workspace& workspace) const;
};

}  // namespace m2v::encoder
