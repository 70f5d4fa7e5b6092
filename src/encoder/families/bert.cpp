#include "encoder/families/bert.h"

#include <algorithm>
#include <cmath>

namespace m2v::encoder {
namespace {

std::size_t positive(const core::JsonAt& config, std::string_view key) {
  const core::JsonAt value = config.at(key);
  if (value.natural() == 0) value.fail("must be at least 1");
  return value.natural();
}

PostNormShape read_shape(const core::JsonAt& config) {
  PostNormShape shape{.hidden = positive(config, "hidden_size"),
                      .heads = positive(config, "num_attention_heads"),
                      .intermediate = positive(config, "intermediate_size"),
                      .activation = Activation::kGelu,
                      .epsilon = static_cast<float>(config.number_or("layer_norm_eps", 1e-12))};
  if (shape.hidden % shape.heads != 0) {
    config.at("num_attention_heads").fail("does not divide hidden_size");
  }
  if (!std::isfinite(shape.epsilon) || shape.epsilon < 0) {
    config.at("layer_norm_eps").fail("must be a number of at least 0");
  }
  if (const auto name = config.get("hidden_act")) shape.activation = activation_from_json(*name);
  if (config.string_or("position_embedding_type", "absolute") != "absolute") {
    config.at("position_embedding_type").fail("only \"absolute\" is known");
  }
  if (config.boolean_or("is_decoder", false)) {
    config.at("is_decoder").fail("a decoder's causal attention is not what an encoder computes");
  }
  return shape;
}

PostNormNames layer_names(std::size_t index) {
  const std::string layer = "encoder.layer." + std::to_string(index) + ".";
  return {.query = layer + "attention.self.query",
          .key = layer + "attention.self.key",
          .value = layer + "attention.self.value",
          .attention_output = layer + "attention.output.dense",
          .attention_norm = layer + "attention.output.LayerNorm",
          .up = layer + "intermediate.dense",
          .down = layer + "output.dense",
          .output_norm = layer + "output.LayerNorm"};
}

}  // namespace

Bert Bert::load(const core::JsonAt& config, const std::filesystem::path& folder,
                Precision precision) {
  Bert bert;
  const Packing packing{.precision = precision, .memory = bert.memory_.get()};
  bert.shape_ = read_shape(config);
  const std::size_t hidden = bert.shape_.hidden;
  bert.max_length_ = positive(config, "max_position_embeddings");
  const std::size_t types = positive(config, "type_vocab_size");
  const Checkpoint weights(folder, "embeddings.word_embeddings.weight");
  bert.words_ =
      weights.table("embeddings.word_embeddings.weight", positive(config, "vocab_size"), hidden);
  bert.positions_ =
      weights.read("embeddings.position_embeddings.weight", {bert.max_length_, hidden});
  const auto type = weights.read("embeddings.token_type_embeddings.weight", {types, hidden});
  for (std::size_t i = 0; i < bert.positions_.size(); ++i) bert.positions_[i] += type[i % hidden];
  bert.embedding_norm_ =
      LayerNorm::load(weights, "embeddings.LayerNorm", hidden, bert.shape_.epsilon);
  const std::size_t layers = positive(config, "num_hidden_layers");
  for (std::size_t i = 0; i < layers; ++i) {
    bert.layers_.push_back(PostNormLayer::load(weights, layer_names(i), bert.shape_, packing));
  }
  if (weights.has("pooler.dense.weight")) {
    bert.pooler_.emplace(weights.read("pooler.dense.weight", {hidden, hidden}),
                         weights.read("pooler.dense.bias", {hidden}), hidden, hidden,
                         Activation::kTanh, Linear::Output::kReplace, packing);
  }
  return bert;
}

Workspace Bert::make_workspace(std::size_t padded_rows, std::size_t length) const {
  const std::size_t head_dim = shape_.hidden / shape_.heads;
  return {.hidden = Buffer(padded_rows * shape_.hidden),
          .context = Buffer(padded_rows * shape_.hidden),
          .wide = Buffer(padded_rows * std::max(3 * shape_.hidden, shape_.intermediate)),
          .scores = Buffer(simd::attention_scratch(
              {.sequences = 1, .length = length, .heads = shape_.heads, .head_dim = head_dim})),
          .scratch = {}};
}

void Bert::forward(const Batch& batch, Workspace& workspace) const {
  const std::size_t hidden = shape_.hidden;
  const DistinctRows distinct(batch);
  float* row = workspace.hidden.data();
  for (const auto& [id, position] : distinct.rows) {
    words_.read(id, row);
    simd::add(row, positions_.data() + position * hidden, hidden, row);
    row += hidden;
  }
  embedding_norm_.apply(workspace.hidden.data(), distinct.rows.size());
  layers_.front().project(distinct.rows.size(), workspace);
  distinct.spread(workspace.hidden.data(), hidden);
  distinct.spread(workspace.wide.data(), 3 * hidden);
  layers_.front().attend(batch, workspace);
  for (std::size_t i = 1; i < layers_.size(); ++i) layers_[i].apply(batch, workspace);
}

void Bert::pool(const Batch& batch, Workspace& workspace) const {
  const std::size_t hidden = shape_.hidden, count = batch.sequences.size();
  for (std::size_t i = 0; i < count; ++i) {
    std::copy_n(workspace.hidden.data() + i * batch.length * hidden, hidden,
                workspace.wide.data() + i * hidden);
  }
  pooler_->apply(workspace.wide.data(), count, workspace.context.data(), workspace.scratch);
}

}  // namespace m2v::encoder
