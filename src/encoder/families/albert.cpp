#include "encoder/families/common.h"

namespace m2v::encoder {

/// ALBERT (Lan et al. 2020): BERT's layers, a few of which are used repeatedly, and embeddings with
/// fewer dimensions than the hidden size.
Transformer load_albert(const Source& source) {
  const base::JsonAt& config = source.config;
  const Checkpoint weights(source.folder, "embeddings.word_embeddings.weight");
  const PostNormShape shape = read_post_norm_shape(config);
  const std::size_t dim = positive(config, "embedding_size");
  Transformer transformer(source.precision);
  transformer.hidden = shape.hidden;
  load_bert_embeddings(config, weights, dim, false, transformer);
  transformer.embeddings.projection =
      Projection::read(weights, "encoder.embedding_hidden_mapping_in", dim, shape.hidden)
          .pack(transformer.packing());
  const std::size_t groups = positive_or(config, "num_hidden_groups", 1);
  const std::size_t inner = positive_or(config, "inner_group_num", 1);
  for (std::size_t i = 0; i < groups * inner; ++i) {
    const std::string layer = "encoder.albert_layer_groups." + std::to_string(i / inner) +
                              ".albert_layers." + std::to_string(i % inner) + ".";
    const PostNormNames names{.query = layer + "attention.query",
                              .key = layer + "attention.key",
                              .value = layer + "attention.value",
                              .attention_output = layer + "attention.dense",
                              .attention_norm = layer + "attention.LayerNorm",
                              .up = layer + "ffn",
                              .down = layer + "ffn_output",
                              .output_norm = layer + "full_layer_layer_norm"};
    transformer.layers.push_back(
        load_post_norm_layer(weights, names, shape, transformer.packing()));
  }
  const std::size_t layers = positive(config, "num_hidden_layers");
  if (layers > kMaxLayers) config.at("num_hidden_layers").fail("is too large");
  for (std::size_t i = 0; i < layers; ++i) {
    for (std::size_t j = 0; j < inner; ++j) {
      transformer.order.push_back(i * groups / layers * inner + j);
    }
  }
  load_pooler(weights, "pooler", transformer);
  return transformer;
}

}  // namespace m2v::encoder
