#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "encoder/batches.h"
#include "encoder/buffer.h"
#include "encoder/checkpoint.h"
#include "encoder/linear.h"
#include "simd/transformer.h"

namespace m2v::encoder {

/// What one thread needs to take a batch through the model. Rows are positions, a sequence's
/// together; those behind the batch's last row are padding for Linear and hold anything.
struct Workspace {
  Buffer hidden;   ///< [rows, hidden]: the residual stream.
  Buffer context;  ///< [rows, hidden]: what attention gathered.
  Buffer wide;     ///< [rows, widest]: Q, K and V, then the inside of the feed-forward network.
  Buffer scores;   ///< For simd::self_attention.
  LinearScratch scratch;
};

struct LayerNorm {
  std::vector<float> gain, bias;
  float epsilon = 0;

  /// Reads `name`.weight and .bias, or .gamma and .beta as the oldest checkpoints call them.
  static LayerNorm load(const Checkpoint& weights, const std::string& name, std::size_t dim,
                        float epsilon);
  void apply(float* x, std::size_t rows) const;
};

/// The names of a layer's tensors in a family's checkpoint, without ".weight" and ".bias".
struct PostNormNames {
  std::string query, key, value, attention_output, attention_norm, up, down, output_norm;
};

struct PostNormShape {
  std::size_t hidden, heads, intermediate;
  Activation activation;
  float epsilon;
};

/// A layer as in BERT: attention, then a feed-forward network, each added to its input and the sum
/// normalized.
class PostNormLayer {
 public:
  static PostNormLayer load(const Checkpoint& weights, const PostNormNames& names,
                            const PostNormShape& shape, const Packing& packing);
  /// Advances workspace.hidden by one layer.
  void apply(const Batch& batch, Workspace& workspace) const;
  /// apply() in two steps: Q, K and V of the first `rows` rows of workspace.hidden to
  /// workspace.wide, and all that follows.
  void project(std::size_t rows, Workspace& workspace) const;
  void attend(const Batch& batch, Workspace& workspace) const;

 private:
  Linear qkv_, attention_output_, up_, down_;
  LayerNorm attention_norm_, output_norm_;
  std::size_t heads_ = 0, head_dim_ = 0;
};

}  // namespace m2v::encoder
