#pragma once

#include <optional>
#include <string>

#include "encoder/families.h"
#include "encoder/projections.h"
#include "encoder/transformer_settings.h"

// Parts that several families share. All functions throw FormatError if a setting is invalid, or a
// tensor is missing or has another shape.
namespace m2v::encoder {

/// The names of a post-norm layer's tensors, without ".weight" and ".bias".
struct PostNormNames {
  std::string query, key, value, attention_output, attention_norm, up, down, output_norm;
};

/// The settings of a post-norm layer.
struct PostNormShape {
  HeadShape heads;
  std::size_t hidden, intermediate_size;  ///< The hidden size and the intermediate size.
  Activation activation;
  float epsilon;  ///< The epsilon of the norms.
};

/// Reads hidden_size, num_attention_heads, intermediate_size, hidden_act and layer_norm_eps.
PostNormShape read_post_norm_shape(const base::JsonAt& config);

/// Loads a layer as in BERT: attention, then a feed-forward network, each added to its input and
/// the sum normalized.
Layer load_post_norm_layer(const Checkpoint& weights, const PostNormNames& names,
                           const PostNormShape& shape, const Packing& packing);

/// Returns the names in a layer of BERT: `prefix` + "attention.self.query" etc.
PostNormNames bert_names(const std::string& prefix);

/// Loads the word and position embeddings, the vector of token type 0 and the norm, with BERT's
/// tensor names, and sets max_length. `dim` is the dimension of the embeddings; `with_padding_id`
/// selects RoBERTa's numbering of positions.
void load_bert_embeddings(const base::JsonAt& config, const Checkpoint& weights, std::size_t dim,
                          bool with_padding_id, Transformer& transformer);

/// The max_length of families that do not limit the length.
inline constexpr std::size_t kAnyLength = std::size_t{1} << 20;

/// The limit of num_hidden_layers for families that use layers repeatedly, where the number of
/// weights does not limit it.
inline constexpr std::size_t kMaxLayers = 1000;

/// Returns whether the config's layer_types state that a layer attends to all positions rather than
/// to its neighbours; nothing if the config has no layer_types.
std::optional<bool> stated_full_attention(const base::JsonAt& config, std::size_t layer);

/// Reads `name`.weight [buckets, heads] and the config's relative_attention_num_buckets and
/// relative_attention_max_distance.
RelativeBias read_relative_bias(const base::JsonAt& config, const Checkpoint& weights,
                                const std::string& name, std::size_t heads);

/// Loads the pooler, if the checkpoint has `name`.weight: a Linear with tanh. Precondition:
/// transformer.hidden is set.
void load_pooler(const Checkpoint& weights, const std::string& name, Transformer& transformer);

/// Returns a gated network made of separate projections.
FeedForward gated_feed_forward(const Projection& gate, const Projection& up, const Projection& down,
                               Activation activation, const Packing& packing,
                               Linear::Output output);

/// The settings of a layer of a decoder-style model.
struct DecoderShape {
  HeadShape heads;
  std::size_t hidden, intermediate_size;  ///< The hidden size and the intermediate size.
  Activation activation;
  float epsilon;        ///< The epsilon of the norms.
  float weight_offset;  ///< Added to every weight of a norm.
};

/// Loads the word embeddings and the final norm, with Llama's tensor names, and sets hidden and
/// max_length.
void load_decoder_frame(const base::JsonAt& config, const Checkpoint& weights, std::size_t hidden,
                        float weight_offset, Transformer& transformer);

/// Loads a layer with Llama's tensor names, `prefix` + "self_attn.q_proj" etc.: the projections,
/// the norms of queries and keys if there are any, and the norm before the attention. `output`
/// applies to the two products that yield hidden states.
Layer load_decoder_layer(const Checkpoint& weights, const std::string& prefix,
                         const DecoderShape& shape, Linear::Output output, const Packing& packing);

}  // namespace m2v::encoder
