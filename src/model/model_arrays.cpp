#include "m2v/model_arrays.h"

#include <utility>

#include "base/impl_access.h"
#include "m2v/error.h"
#include "model/model_impl.h"

namespace m2v {
namespace {

/// The owner of the views in ModelArrays: the model, and copies of those arrays that it holds in
/// another type.
struct Shown {
  explicit Shown(const StaticModel& of) : model(of) {}

  StaticModel model;
  std::vector<double> weights;
  std::vector<float> scales;
};

template <typename T>
formats::TensorView list_of(const char* name, formats::TensorType type, std::span<const T> values) {
  return {name, type, {values.size()}, std::as_bytes(values)};
}

void check(const ModelArrays& arrays) {
  if (arrays.table == nullptr || arrays.rows == 0 || arrays.dim == 0) {
    throw FormatError("new model", "embeddings", "the table of vectors is empty");
  }
  if (!arrays.scales.empty() && arrays.scales.size() != arrays.rows) {
    throw FormatError("new model", "scales",
                      std::to_string(arrays.scales.size()) + " entries, but the table has " +
                          std::to_string(arrays.rows) + " rows");
  }
}

void take_lists(StaticModel::Impl& model, const ModelArrays& arrays) {
  using enum formats::TensorType;
  if (!arrays.weights.empty()) {
    model.tensors.push_back(list_of("weights", kF64, arrays.weights));
    model.weights = {arrays.weights, nullptr};
    model.wide_weights = true;
  }
  if (!arrays.scales.empty()) {
    model.tensors.push_back(list_of("scales", kF32, arrays.scales));
    model.scales.assign(arrays.scales.begin(), arrays.scales.end());
  }
  if (!arrays.mapping.empty()) {
    model.tensors.push_back(list_of("mapping", kI32, arrays.mapping));
    // Negative numbers become values of 2^31 or more, which finish_model() rejects as rows.
    const auto* const rows = reinterpret_cast<const std::uint32_t*>(arrays.mapping.data());
    model.mapping = {{rows, arrays.mapping.size()}, nullptr};
  }
}

}  // namespace

StaticModel model_from_arrays(const ModelArrays& arrays) {
  check(arrays);
  auto model = std::make_shared<StaticModel::Impl>(arrays.tokenizer);
  model->owner = arrays.owner;
  model->tokenizer_json = arrays.tokenizer_json;
  model->table = {arrays.table, arrays.dtype, arrays.dim};
  model->rows = arrays.rows;
  const std::size_t bytes = arrays.rows * arrays.dim * dtype_size(arrays.dtype);
  model->tensors.push_back({"embeddings",
                            model::tensor_type_of(arrays.dtype),
                            {arrays.rows, arrays.dim},
                            {static_cast<const std::byte*>(arrays.table), bytes}});
  take_lists(*model, arrays);
  model->config = base::parse_json(arrays.config_json, "config.json");
  if (!model->config.is_object()) throw FormatError("config.json", "$", "not an object");
  model->card = {arrays.base_model, arrays.license, arrays.languages, arrays.tags,
                 arrays.card_lines};
  model::finish_model(*model, "new model");
  return ImplAccess::make<StaticModel>(std::move(model));
}

ModelArrays model_arrays(const StaticModel& model) {
  const StaticModel::Impl& impl = impl_of(model);
  const auto shown = std::make_shared<Shown>(model);
  for (const formats::TensorView& tensor : impl.tensors) {
    if (tensor.name == "weights") shown->weights = formats::to_float64(tensor, "weights");
    if (tensor.name == "scales") shown->scales = formats::to_float32(tensor, "scales");
  }
  base::Json config = impl.config;
  config.set("normalize", impl.normalize);
  config.set("max_length", impl.max_length == kNoLimit
                               ? base::Json(nullptr)
                               : base::Json(static_cast<std::int64_t>(impl.max_length)));
  return {
      .tokenizer = impl.tokenizer,
      .tokenizer_json = impl.tokenizer_json,
      .table = impl.table.data,
      .dtype = impl.table.dtype,
      .rows = impl.rows,
      .dim = impl.table.dim,
      .weights = shown->weights,
      .mapping = {reinterpret_cast<const std::int32_t*>(impl.mapping.data()), impl.mapping.size()},
      .scales = shown->scales,
      .config_json = config.dump(),
      .base_model = impl.card.base_model,
      .license = impl.card.license,
      .languages = impl.card.languages,
      .tags = impl.card.tags,
      .card_lines = impl.card.other_lines,
      .owner = shown};
}

}  // namespace m2v
