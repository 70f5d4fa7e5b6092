#pragma once

#include <string>

#include "encoder/families.h"
#include "encoder/projections.h"
#include "encoder/settings.h"

// What several families have in common.
namespace m2v::encoder {

/// The names of a post-norm layer's tensors, without ".weight" and ".bias".
struct PostNormNames {
  std::string query, key, value, attention_output, attention_norm, up, down, output_norm;
};

struct PostNormShape {
  HeadShape heads;
  std::size_t hidden, inside;
  Activation activation;
  float epsilon;
};

/// hidden_size, num_attention_heads, intermediate_size, hidden_act and layer_norm_eps.
PostNormShape read_post_norm_shape(const core::JsonAt& config);

/// A layer as in BERT: attention, then a feed-forward network, each added to its input and the sum
/// normalized.
Layer load_post_norm_layer(const Checkpoint& weights, const PostNormNames& names,
                           const PostNormShape& shape, const Packing& packing);

/// The names of BERT's layer, from what stands before "attention.self.query" on.
PostNormNames bert_names(const std::string& prefix);

/// Words, positions, the vector of token type 0, norm, with the names of BERT; `with_padding_id`
/// for the positions of RoBERTa. Sets max_length.
void load_bert_embeddings(const core::JsonAt& config, const Checkpoint& weights, std::size_t dim,
                          bool with_padding_id, Transformer& transformer);

/// The max_length of families without positions of their own.
inline constexpr std::size_t kAnyLength = std::size_t{1} << 20;

/// For families that use a layer many times, and so have no weights that would limit it.
inline constexpr std::size_t kMostLayers = 1000;

/// `name`.weight, [buckets, heads], with the numbers of the config.
RelativeBias read_relative_bias(const core::JsonAt& config, const Checkpoint& weights,
                                const std::string& name, std::size_t heads);

/// `name`.weight and .bias, if the checkpoint has them: tanh of the first hidden state's product.
void load_pooler(const Checkpoint& weights, const std::string& name, Transformer& transformer);

/// A gated network of projections that the checkpoint names one by one.
FeedForward gated_feed_forward(const Projection& gate, const Projection& up, const Projection& down,
                               Activation activation, const Packing& packing,
                               Linear::Output output);

struct DecoderShape {
  HeadShape heads;
  std::size_t hidden, inside;
  Activation activation;
  float epsilon;
  float gain_offset;  ///< Added to every gain of a norm.
};

/// Words, final norm and max_length of a model with the names of Llama.
void load_decoder_frame(const core::JsonAt& config, const Checkpoint& weights, std::size_t hidden,
                        float gain_offset, Transformer& transformer);

/// A layer with the names of Llama, from what stands before "self_attn" on: the projections, the
/// norms of queries and keys where there are any, and the norm before the attention. `output` is
/// for the two products onto the hidden states.
Layer load_decoder_layer(const Checkpoint& weights, const std::string& prefix,
                         const DecoderShape& shape, Linear::Output output, const Packing& packing);

}  // namespace m2v::encoder
