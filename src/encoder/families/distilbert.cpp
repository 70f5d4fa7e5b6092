#include "encoder/families/common.h"

namespace m2v::encoder {

/// DistilBERT (Sanh et al. 2019): BERT without token types and pooler, with tensor names of its
/// own.
Transformer load_distilbert(const Source& source) {
  const base::JsonAt& config = source.config;
  const Checkpoint weights(source.folder, "embeddings.word_embeddings.weight");
  const std::size_t hidden = positive(config, "dim");
  const PostNormShape shape{.heads = even_heads(config, "n_heads", hidden),
                            .hidden = hidden,
                            .intermediate_size = positive(config, "hidden_dim"),
                            .activation = activation_or(config, "activation", Activation::kGelu),
                            .epsilon = 1e-12f};
  Transformer transformer(source.precision);
  transformer.hidden = hidden;
  load_bert_embeddings(config, weights, hidden, false, transformer);
  const std::size_t layers = positive(config, "n_layers");
  for (std::size_t i = 0; i < layers; ++i) {
    const std::string layer = "transformer.layer." + std::to_string(i) + ".";
    const PostNormNames names{.query = layer + "attention.q_lin",
                              .key = layer + "attention.k_lin",
                              .value = layer + "attention.v_lin",
                              .attention_output = layer + "attention.out_lin",
                              .attention_norm = layer + "sa_layer_norm",
                              .up = layer + "ffn.lin1",
                              .down = layer + "ffn.lin2",
                              .output_norm = layer + "output_layer_norm"};
    transformer.layers.push_back(
        load_post_norm_layer(weights, names, shape, transformer.packing()));
  }
  return transformer;
}

}  // namespace m2v::encoder
