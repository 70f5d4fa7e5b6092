#include <algorithm>
#include <cmath>

#include "encoder/families/common.h"

namespace m2v::encoder {
namespace {

/// Applies a projection to the rows of table [rows, inputs], with sums in float64.
std::vector<float> project(const std::vector<float>& table, const Projection& projection) {
  const std::size_t rows = table.size() / projection.inputs;
  std::vector<float> result;
  result.reserve(rows * projection.outputs);
  for (std::size_t r = 0; r < rows; ++r) {
    for (std::size_t o = 0; o < projection.outputs; ++o) {
      double sum = projection.bias.empty() ? 0 : projection.bias[o];
      for (std::size_t i = 0; i < projection.inputs; ++i) {
        sum += static_cast<double>(table[r * projection.inputs + i]) *
               projection.weight[o * projection.inputs + i];
      }
      result.push_back(static_cast<float>(sum));
    }
  }
  return result;
}

/// The relative positions, which all layers share.
struct Relative {
  DebertaDistances distances;
  std::vector<float> table;  ///< The distance vectors, [2 span, hidden].
  bool content_to_position = false, position_to_content = false, shares_projections = false;

  /// The number of terms of the attention scores.

  std::size_t parts() const {
    return 1u + (content_to_position ? 1 : 0) + (position_to_content ? 1 : 0);
  }
};

/// Returns whether pos_att_type, a list or a string of terms separated by "|", contains a term.
bool lists(const base::JsonAt& config, std::string_view part) {
  const auto parts = config.get("pos_att_type");
  if (!parts) return false;
  if (parts->value().is_string()) return parts->string().find(part) != std::string::npos;
  return std::ranges::any_of(parts->elements(),
                             [&](const base::JsonAt& one) { return one.string() == part; });
}

Relative read_relative(const base::JsonAt& config, const Checkpoint& weights, std::size_t hidden,
                       std::size_t positions, float epsilon) {
  Relative relative;
  const auto given = [&](const char* key) {
    const auto value = config.get(key);
    return value && value->integer() > 0 ? positive(config, key) : 0;
  };
  const std::size_t most = given("max_relative_positions");
  DebertaDistances& distances = relative.distances;
  distances.max_distance = most > 0 ? most : positions;
  distances.buckets = given("position_buckets");
  distances.span = distances.buckets > 0 ? distances.buckets : distances.max_distance;
  if (distances.buckets > 0 &&
      (distances.buckets < 4 || distances.max_distance <= distances.buckets)) {
    config.at("position_buckets").fail("must be at least 4 and less than max_position_embeddings");
  }
  relative.table = weights.read("encoder.rel_embeddings.weight", {2 * distances.span, hidden});
  if (config.string_or("norm_rel_ebd", "none").find("layer_norm") != std::string::npos) {
    Norm::layer(weights, "encoder.LayerNorm", hidden, epsilon)
        .apply(relative.table.data(), 2 * distances.span);
  }
  relative.content_to_position = lists(config, "c2p");
  relative.position_to_content = lists(config, "p2c");
  relative.shares_projections = config.boolean_or("share_att_key", false);
  return relative;
}

Disentangled read_disentangled(const Relative& relative, const Checkpoint& weights,
                               const std::string& attention, const Projection& query,
                               const Projection& key) {
  Disentangled result{.distances = relative.distances, .keys = {}, .queries = {}};
  const auto own = [&](const char* name, Bias bias) {
    return Projection::read(weights, attention + name, query.inputs, query.outputs, bias);
  };
  const bool shared = relative.shares_projections;
  if (relative.content_to_position) {
    result.keys = project(relative.table, shared ? key : own("pos_key_proj", Bias::kOptional));
  }
  if (relative.position_to_content) {
    result.queries =
        project(relative.table, shared ? query : own("pos_query_proj", Bias::kOptional));
  }
  return result;
}

void load_embeddings(const base::JsonAt& config, const Checkpoint& weights, std::size_t positions,
                     float epsilon, Transformer& transformer) {
  const std::size_t hidden = transformer.hidden;
  const std::size_t dim = positive_or(config, "embedding_size", hidden);
  Embeddings& embeddings = transformer.embeddings;
  embeddings.words =
      weights.table("embeddings.word_embeddings.weight", positive(config, "vocab_size"), dim);
  if (config.boolean_or("position_biased_input", true)) {
    embeddings.positions = weights.read("embeddings.position_embeddings.weight", {positions, dim});
  }
  if (const std::size_t types = config.natural_or("type_vocab_size", 0); types > 0) {
    embeddings.constant = weights.read("embeddings.token_type_embeddings.weight", {types, dim});
    embeddings.constant.resize(dim);  // type 0
  }
  if (dim != hidden) {
    embeddings.projection =
        Projection::read(weights, "embeddings.embed_proj", dim, hidden, Bias::kNone)
            .pack(transformer.packing());
  }
  embeddings.projected_norm = Norm::layer(weights, "embeddings.LayerNorm", hidden, epsilon);
}

}  // namespace

/// DeBERTa-v2 and -v3 (He et al. 2021): BERT's layers with disentangled attention, which adds the
/// products of queries with distance vectors, and of distance vectors with keys, to the scores.
Transformer load_deberta(const Source& source) {
  const base::JsonAt& config = source.config;
  const Checkpoint weights(source.folder, "embeddings.word_embeddings.weight");
  if (config.natural_or("conv_kernel_size", 0) > 0) {
    config.at("conv_kernel_size").fail("convolutions, as in DeBERTa-v2-xlarge, are not supported");
  }
  const PostNormShape shape = read_post_norm_shape(config);
  Transformer transformer(source.precision);
  transformer.hidden = shape.hidden;
  const std::size_t positions = positive(config, "max_position_embeddings");
  transformer.max_length = positions;
  load_embeddings(config, weights, positions, shape.epsilon, transformer);
  std::optional<Relative> relative;
  if (config.boolean_or("relative_attention", false)) {
    relative = read_relative(config, weights, shape.hidden, positions, shape.epsilon);
  }
  const auto parts = static_cast<float>(relative ? relative->parts() : 1);
  const std::size_t layers = positive(config, "num_hidden_layers");
  for (std::size_t i = 0; i < layers; ++i) {
    const std::string layer_name = "encoder.layer." + std::to_string(i) + ".";
    PostNormNames names = bert_names(layer_name);
    for (std::string* name : {&names.query, &names.key, &names.value}) *name += "_proj";
    Layer layer = load_post_norm_layer(weights, names, shape, transformer.packing());
    layer.attention.scale = 1 / std::sqrt(static_cast<float>(shape.heads.head_dim) * parts);
    if (relative) {
      const auto read = [&](const std::string& name) {
        return Projection::read(weights, name, shape.hidden, shape.hidden);
      };
      layer.attention.disentangled = read_disentangled(
          *relative, weights, layer_name + "attention.self.", read(names.query), read(names.key));
    }
    transformer.layers.push_back(std::move(layer));
  }
  return transformer;
}

}  // namespace m2v::encoder
