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

/// The input of the first layer: the sum of the token's vector, its position's vector if the family
/// has learned positions, and a constant.
struct Embeddings {
  EmbeddingTable words;          ///< [vocabulary, dim]
  float scale = 1;               ///< The factor of the token's vector.
  std::vector<float> constant;   ///< [dim], the vector of token type 0, or empty.
  std::vector<float> positions;  ///< [positions, dim], or empty.
  /// If set, positions are numbered as in RoBERTa: they begin at this id + 1, and a token that has
  /// this id gets the position with the same number and is not counted.
  std::optional<std::uint32_t> padding_id;
  std::optional<Norm> norm;
  std::optional<Linear> projection;    ///< From dim to the hidden size, after `norm`.
  std::optional<Norm> projected_norm;  ///< Applied to the hidden states, after `projection`.

  std::size_t dim() const noexcept { return words.dim(); }
};

/// A feed-forward network: down(activation(up(x))) or, gated, down(activation(first half of up(x))
/// * second half of up(x)).
struct FeedForward {
  Linear up, down;
  std::size_t intermediate_size = 0;  ///< The intermediate size: the inputs of `down`.
  std::optional<Activation> gate;     ///< Set if gated; otherwise `up` includes the activation.

  /// The outputs of `up`.
  std::size_t width() const noexcept { return gate ? 2 * intermediate_size : intermediate_size; }
};

/// The norm placement of one half of a layer: on its input (`before`: pre-norm), on its output
/// before that is added to the hidden states (`after`), and on the sum (`sum`: post-norm). The
/// output of the half's last Linear is kReplace if `after` is set, and kAdd otherwise.
struct NormPlacement {
  std::optional<Norm> before, after, sum;
};

/// A transformer layer: attention, then a feed-forward network, each added to its input.
struct Layer {
  NormPlacement attention_norms, feed_forward_norms;
  Attention attention;
  FeedForward feed_forward;

  /// Computes Q, K and V of the first `rows` rows of workspace.hidden, in workspace.wide.
  void project(std::size_t rows, Workspace& workspace) const;
  /// Advances workspace.hidden by one layer. Precondition: workspace.wide holds what project()
  /// computes for all rows of the batch.
  void advance(const Batch& batch, Workspace& workspace) const;
};

/// A transformer encoder. Each family fills in the parts that it has.
struct Transformer {
  explicit Transformer(Precision wanted) : precision(wanted) {}

  std::size_t hidden = 0;      ///< The hidden size.
  std::size_t max_length = 0;  ///< The longest sequence, in tokens.
  Embeddings embeddings;
  std::vector<Layer> layers;
  std::vector<std::size_t> order;  ///< Indices of `layers` in the order of use; empty: each once.
  std::optional<Norm> final_norm;
  std::optional<Linear> pooler;  ///< Applied to the first position's hidden state.
  Precision precision;
  std::unique_ptr<WeightMemory> memory = std::make_unique<WeightMemory>();  ///< Packed weights.

  /// For packing weights into `memory`.
  Packing packing() const noexcept { return {.precision = precision, .memory = memory.get()}; }

  /// Returns scratch memory for batches of up to `padded_rows` rows, see Batch::padded_rows().
  Workspace make_workspace(std::size_t padded_rows) const;
  /// Computes the last hidden states of a batch, in workspace.hidden.
  void forward(const Batch& batch, Workspace& workspace) const;
  /// After forward(): computes the pooler's outputs [sequences, hidden], in workspace.context.
  /// Precondition: there is a pooler.
  void pool(const Batch& batch, Workspace& workspace) const;
};

}  // namespace m2v::encoder
