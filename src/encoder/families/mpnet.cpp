#include "encoder/families/common.h"

namespace m2v::encoder {

/// MPNet (Song et al. 2020): BERT's layers with a relative position bias that all layers share, and
/// RoBERTa's numbering of positions.
Transformer load_mpnet(const Source& source) {
  const base::JsonAt& config = source.config;
  const Checkpoint weights(source.folder, "embeddings.word_embeddings.weight");
  const PostNormShape shape = read_post_norm_shape(config);
  Transformer transformer(source.precision);
  transformer.hidden = shape.hidden;
  load_bert_embeddings(config, weights, shape.hidden, true, transformer);
  const auto bias = std::make_shared<const RelativeBias>(
      read_relative_bias(config, weights, "encoder.relative_attention_bias", shape.heads.heads));
  const std::size_t layers = positive(config, "num_hidden_layers");
  for (std::size_t i = 0; i < layers; ++i) {
    const std::string layer = "encoder.layer." + std::to_string(i) + ".";
    const PostNormNames names{.query = layer + "attention.attn.q",
                              .key = layer + "attention.attn.k",
                              .value = layer + "attention.attn.v",
                              .attention_output = layer + "attention.attn.o",
                              .attention_norm = layer + "attention.LayerNorm",
                              .up = layer + "intermediate.dense",
                              .down = layer + "output.dense",
                              .output_norm = layer + "output.LayerNorm"};
    transformer.layers.push_back(
        load_post_norm_layer(weights, names, shape, transformer.packing()));
    transformer.layers.back().attention.relative_bias = bias;
  }
  load_pooler(weights, "pooler.dense", transformer);
  return transformer;
}

}  // namespace m2v::encoder
