#include "encoder/families/common.h"

namespace m2v::encoder {

/// BERT (Devlin et al. 2018), ELECTRA, RoBERTa, XLM-RoBERTa, CamemBERT: learned absolute positions
/// and post-norm layers. All tokens have type 0. ELECTRA's embeddings may have fewer dimensions
/// than the hidden size; RoBERTa and its variants number positions from their padding id + 1 on.
Transformer load_bert(const Source& source) {
  const base::JsonAt& config = source.config;
  const std::string& type = config.at("model_type").string();
  if (config.string_or("position_embedding_type", "absolute") != "absolute") {
    config.at("position_embedding_type").fail("only \"absolute\" is known");
  }
  expect(config, "is_decoder", false, "decoders (causal attention) are not supported");
  const Checkpoint weights(source.folder, "embeddings.word_embeddings.weight");
  const PostNormShape shape = read_post_norm_shape(config);
  Transformer transformer(source.precision);
  transformer.hidden = shape.hidden;
  const std::size_t dim =
      type == "electra" ? positive_or(config, "embedding_size", shape.hidden) : shape.hidden;
  load_bert_embeddings(config, weights, dim, type != "bert" && type != "electra", transformer);
  if (dim != shape.hidden) {
    transformer.embeddings.projection =
        Projection::read(weights, "embeddings_project", dim, shape.hidden)
            .pack(transformer.packing());
  }
  const std::size_t layers = positive(config, "num_hidden_layers");
  for (std::size_t i = 0; i < layers; ++i) {
    transformer.layers.push_back(
        load_post_norm_layer(weights, bert_names("encoder.layer." + std::to_string(i) + "."), shape,
                             transformer.packing()));
  }
  load_pooler(weights, "pooler.dense", transformer);
  return transformer;
}

}  // namespace m2v::encoder
