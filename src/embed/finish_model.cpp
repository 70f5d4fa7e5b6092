#include <algorithm>
#include <string>
#include <vector>

#include "embed/model_impl.h"
#include "m2v/error.h"

namespace m2v::embed {
namespace {

constexpr std::size_t kDefaultMaxLength = 512;

std::size_t count_code_points(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char byte) {
    return (static_cast<unsigned char>(byte) & 0xC0) != 0x80;
  }));
}

/// The median number of code points of the vocabulary's tokens, truncated to an integer.
std::size_t median_length(const Tokenizer& tokenizer) {
  std::vector<std::size_t> lengths;
  for (std::size_t id = 0; id < tokenizer.id_limit(); ++id) {
    if (const auto token = tokenizer.token(static_cast<std::uint32_t>(id))) {
      lengths.push_back(count_code_points(*token));
    }
  }
  if (lengths.empty()) return 0;
  std::sort(lengths.begin(), lengths.end());
  const std::size_t middle = lengths.size() / 2;
  return lengths.size() % 2 == 1 ? lengths[middle] : (lengths[middle - 1] + lengths[middle]) / 2;
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

}  // namespace

void finish_model(StaticModel::Impl& model, const std::string& file) {
  const std::string config_name =
      model.folder.config_path.empty() ? file : model.folder.config_path;
  const core::JsonAt config(model.config, config_name);
  model.normalize = config.boolean_or("normalize", model.folder.modules_normalize);
  model.max_length = max_length_of(config);
  model.median_token_length = median_length(model.tokenizer);
  check_rows(model, file);
  check_weights(model, file);
}

}  // namespace m2v::embed
