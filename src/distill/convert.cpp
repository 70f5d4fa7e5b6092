#include "m2v/convert.h"

#include <cmath>
#include <stdexcept>
#include <string>
#include <type_traits>

#include "base/impl_access.h"
#include "distill/prune.h"
#include "distill/quantize.h"
#include "distill/table.h"
#include "model/model_impl.h"
#include "model/model_parts.h"

namespace m2v {
namespace {

/// The parts of a model while it is converted.
class Conversion {
 public:
  Conversion(const StaticModel::Impl& model, const ConvertOptions& options)
      : options_(options), scales_(model.scales) {
    for (const formats::TensorView& tensor : model.tensors) {
      if (tensor.name == "embeddings")
        parts_.table.assign(tensor.bytes.begin(), tensor.bytes.end());
      if (tensor.name == "weights") parts_.weights = formats::to_float64(tensor, "weights");
    }
    parts_.dtype = model.table.dtype;
    parts_.rows = model.rows;
    parts_.dim = model.table.dim;
    parts_.scales.assign(scales_.begin(), scales_.end());
    parts_.mapping.assign(model.mapping.begin(), model.mapping.end());
    parts_.tokenizer_json = model.tokenizer_json;
    parts_.config = model.config;
    parts_.config.set("normalize", model.normalize);
    parts_.config.set("max_length", model.max_length == kNoLimit
                                        ? base::Json(nullptr)
                                        : base::Json(static_cast<std::int64_t>(model.max_length)));
    parts_.card = model.card;
  }

  void prune(const Tokenizer& tokenizer, Texts texts);
  void share_rows(std::size_t count, const base::Events& events);
  void change_dtype(DType dtype);
  void cut(std::size_t dims);
  model::ModelParts take() { return std::move(parts_); }

 private:
  distillation::TableSource source() const {
    return {.bytes = parts_.table, .dtype = parts_.dtype, .dim = parts_.dim};
  }
  void set_table(distillation::Table table) {
    parts_.table = std::move(table.bytes);
    parts_.dtype = table.dtype;
    parts_.scales = std::move(table.scales);
    scales_.assign(parts_.scales.begin(), parts_.scales.end());
  }
  void set_table(const Matrix& values) {
    const auto bytes = std::as_bytes(std::span(values.data));
    set_table({.bytes = {bytes.begin(), bytes.end()}, .dtype = DType::kFloat32, .scales = {}});
  }

  const ConvertOptions& options_;
  model::ModelParts parts_;
  std::vector<double> scales_;
};

void Conversion::prune(const Tokenizer& tokenizer, Texts texts) {
  const std::string name = "tokenizer.json";
  auto pruned = distillation::prune_tokenizer(base::parse_json(parts_.tokenizer_json, name), name,
                                              tokenizer, texts, options_.threads);
  const auto pick = [&](auto& values) {
    if (values.empty()) return;
    auto picked = std::remove_reference_t<decltype(values)>();
    for (const std::uint32_t id : pruned.old_ids) picked.push_back(values[id]);
    values = std::move(picked);
  };
  pick(parts_.weights);
  parts_.tokenizer_json = pruned.tokenizer.dump();
  if (!parts_.mapping.empty()) return pick(parts_.mapping);  // other tokens may use the rows
  pick(parts_.scales);
  scales_.assign(parts_.scales.begin(), parts_.scales.end());
  parts_.table = distillation::pick_rows(source(), pruned.old_ids);
  parts_.rows = pruned.old_ids.size();
}

void Conversion::share_rows(std::size_t count, const base::Events& events) {
  if (!parts_.mapping.empty()) {
    throw std::invalid_argument(
        "vocabulary_quantization: the tokens share rows already; start from the model as it was "
        "before");
  }
  const DType dtype = parts_.dtype;
  Matrix values = distillation::table_values(source(), scales_, options_.threads);
  if (parts_.weights.empty()) {
    parts_.weights.resize(values.rows);
    for (std::size_t r = 0; r < values.rows; ++r) {
      double sum = 0;
      for (const float value : values.row(r)) {
        sum += static_cast<double>(value) * static_cast<double>(value);
      }
      parts_.weights[r] = std::sqrt(sum);
      if (sum == 0) continue;
      for (float& value : values.row(r)) {
        value = static_cast<float>(static_cast<double>(value) / parts_.weights[r]);
      }
    }
  }
  auto shared = distillation::share_rows(values, count, options_.threads, events);
  parts_.rows = count;
  parts_.mapping = std::move(shared.mapping);
  set_table(shared.rows);
  if (!options_.dtype && dtype != DType::kBFloat16) change_dtype(dtype);
}

void Conversion::change_dtype(DType dtype) {
  const bool unchanged =
      dtype == parts_.dtype &&
      (dtype != DType::kInt8 || scales_.empty() == (options_.int8_scale == Int8Scale::kTable));
  if (unchanged) return;
  if (!scales_.empty()) set_table(distillation::table_values(source(), scales_, options_.threads));
  set_table(distillation::convert_table(source(), dtype, options_.int8_scale, options_.threads));
}

void Conversion::cut(std::size_t dims) {
  if (dims == 0 || dims > parts_.dim) {
    throw std::invalid_argument("dims: " + std::to_string(dims) + " of " +
                                std::to_string(parts_.dim) + " dimensions; ask for 1 to " +
                                std::to_string(parts_.dim));
  }
  parts_.table = distillation::truncate_table(source(), dims);
  parts_.dim = dims;
}

}  // namespace

StaticModel convert(const StaticModel& model, const ConvertOptions& options,
                    const OnEvent& on_event) {
  const base::Events events(on_event);
  Conversion conversion(impl_of(model), options);
  if (options.prune_to) conversion.prune(model.tokenizer(), *options.prune_to);
  if (options.vocabulary_quantization) {
    conversion.share_rows(*options.vocabulary_quantization, events);
  }
  if (options.dtype) conversion.change_dtype(*options.dtype);
  if (options.dims) conversion.cut(*options.dims);
  return model::make_model(conversion.take());
}

}  // namespace m2v
