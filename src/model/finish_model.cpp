#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "embed/model_impl.h"
#include "m2v/error.h"
#include "unicode/unicode.h"

namespace m2v::embed {
namespace {

constexpr std::size_t kDefaultMaxLength = 512;

constexpr std::string_view kFigures = ":figures.json";
constexpr std::string_view kMedianLength = "median_token_length";

/// The median number of code points of the vocabulary's tokens, truncated to an integer.
std::size_t median_length(const Tokenizer& tokenizer) {
  std::vector<std::size_t> by_length;  // how many tokens have that length
  std::size_t tokens = 0;
  for (std::size_t id = 0; id < tokenizer.id_limit(); ++id) {
    const auto token = tokenizer.token(static_cast<std::uint32_t>(id));
    if (!token) continue;
    const std::size_t length = unicode::count_characters(*token);
    if (length >= by_length.size()) by_length.resize(length + 1);
    ++by_length[length];
    ++tokens;
  }
  if (tokens == 0) return 0;
  const auto length_at = [&](std::size_t place) {
    std::size_t length = 0;
    while (place >= by_length[length]) place -= by_length[length++];
    return length;
  };
  return (length_at((tokens - 1) / 2) + length_at(tokens / 2)) / 2;
}

/// For a compiled model, what it was when the model was compiled.
std::size_t known_median_length(const StaticModel::Impl& model) {
  const core::Sections* const compiled = model.folder.files.compiled();
  if (compiled == nullptr) return median_length(model.tokenizer);
  const std::string file = compiled->file() + ": " + std::string(kFigures);
  const core::Json figures = core::parse_json(compiled->text(kFigures), file);
  return core::JsonAt(figures, file).at(kMedianLength).natural();
}

std::size_t max_length_of(const core::JsonAt& config) {
  const core::Json* value = config.value().find("max_length");
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

/// A row's scale is one more factor of the tokens that have the row.
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
  const core::JsonAt config(model.config, config_name);
  model.normalize = config.boolean_or("normalize", model.folder.modules_normalize);
  model.max_length = max_length_of(config);
  model.median_token_length = known_median_length(model);
  check_rows(model, file);
  check_weights(model, file);
  model.has_weights = !model.weights.empty();
  apply_scales(model);
}

void save_figures(const StaticModel::Impl& model, core::Sections& sections) {
  core::Json::Object figures;
  figures.emplace_back(kMedianLength, static_cast<std::int64_t>(model.median_token_length));
  sections.add(kFigures, core::Json(std::move(figures)).dump());
}

}  // namespace m2v::embed
