#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "m2v/error.h"
#include "model/model_impl.h"
#include "text/unicode.h"

namespace m2v::model {
namespace {

constexpr std::size_t kDefaultMaxLength = 512;

constexpr std::string_view kMetadata = ":metrics.json";
constexpr std::string_view kMedianLength = "median_token_length";

/// Returns the median number of code points of the vocabulary's tokens, rounded down.
std::size_t median_length(const Tokenizer& tokenizer) {
  std::vector<std::size_t> by_length;  // number of tokens of each length
  std::size_t tokens = 0;
  for (std::size_t id = 0; id < tokenizer.id_limit(); ++id) {
    const auto token = tokenizer.token(static_cast<std::uint32_t>(id));
    if (!token) continue;
    const std::size_t length = text::count_characters(*token);
    if (length >= by_length.size()) by_length.resize(length + 1);
    ++by_length[length];
    ++tokens;
  }
  if (tokens == 0) return 0;
  const auto length_at = [&](std::size_t location) {
    std::size_t length = 0;
    while (location >= by_length[length]) location -= by_length[length++];
    return length;
  };
  return (length_at((tokens - 1) / 2) + length_at(tokens / 2)) / 2;
}

/// Returns the median token length, which a compiled model stores.
std::size_t stored_or_computed_median_length(const StaticModel::Impl& model) {
  const formats::Sections* const compiled = model.folder.files.compiled();
  if (compiled == nullptr) return median_length(model.tokenizer);
  const std::string file = compiled->file() + ": " + std::string(kMetadata);
  const base::Json metrics = base::parse_json(compiled->text(kMetadata), file);
  return base::JsonAt(metrics, file).at(kMedianLength).natural();
}

std::size_t max_length_of(const base::JsonAt& config) {
  const base::Json* value = config.value().find("max_length");
  if (value == nullptr) return kDefaultMaxLength;
  if (value->is_null()) return kNoLimit;
  return config.at("max_length").natural();
}

void check_rows(const StaticModel::Impl& model, const std::string& file) {
  const std::size_t tokens = model.tokenizer.vocabulary_size();
  const std::size_t ids = model.tokenizer.id_limit();
  if (model.mapping.empty()) {
    if (model.rows != tokens) {
      throw FormatError(file, "embeddings",
                        std::to_string(model.rows) + " rows, but the tokenizer has " +
                            std::to_string(tokens) + " tokens and there is no mapping");
    }
    if (ids > model.rows) {
      throw FormatError(file, "embeddings",
                        std::to_string(model.rows) + " rows, but the tokenizer has the token id " +
                            std::to_string(ids - 1));
    }
    return;
  }
  if (model.mapping.size() < ids) {
    throw FormatError(file, "mapping",
                      std::to_string(model.mapping.size()) +
                          " entries, but the tokenizer has the token id " +
                          std::to_string(ids - 1));
  }
  for (std::size_t id = 0; id < model.mapping.size(); ++id) {
    if (model.mapping[id] >= model.rows) {
      throw FormatError(file, "mapping[" + std::to_string(id) + "]",
                        "not a row of the table, which has " + std::to_string(model.rows));
    }
  }
}

void check_weights(const StaticModel::Impl& model, const std::string& file) {
  const std::size_t ids = model.tokenizer.id_limit();
  if (!model.weights.empty() && model.weights.size() < ids) {
    throw FormatError(file, "weights",
                      std::to_string(model.weights.size()) +
                          " entries, but the tokenizer has the token id " +
                          std::to_string(ids - 1));
  }
}

/// Multiplies the weight of each token by the scale of its row.
void apply_scales(StaticModel::Impl& model) {
  if (model.scales.empty()) return;
  std::vector<double> weights(model.weights.begin(), model.weights.end());
  weights.resize(model.mapping.empty() ? model.rows : model.mapping.size(), 1.0);
  for (std::size_t id = 0; id < weights.size(); ++id) {
    const std::size_t row = model.mapping.empty() ? id : model.mapping[id];
    if (row < model.rows) weights[id] *= model.scales[row];
  }
  model.weights = std::move(weights);
}

}  // namespace

void finish_model(StaticModel::Impl& model, const std::string& file) {
  const std::string config_name =
      model.folder.config_path.empty() ? file : model.folder.config_path;
  const base::JsonAt config(model.config, config_name);
  model.normalize = config.boolean_or("normalize", model.folder.modules_normalize);
  model.max_length = max_length_of(config);
  model.median_token_length = stored_or_computed_median_length(model);
  check_rows(model, file);
  check_weights(model, file);
  model.has_weights = !model.weights.empty();
  apply_scales(model);
}

void save_metadata(const StaticModel::Impl& model, formats::Sections& sections) {
  base::Json::Object metrics;
  metrics.emplace_back(kMedianLength, static_cast<std::int64_t>(model.median_token_length));
  sections.add(kMetadata, base::Json(std::move(metrics)).dump());
}

}  // namespace m2v::model
