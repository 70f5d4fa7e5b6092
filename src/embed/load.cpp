#include <cstring>
#include <limits>
#include <memory>
#include <span>
#include <string>

#include "core/events.h"
#include "core/json.h"
#include "embed/model_impl.h"
#include "m2v/error.h"

namespace m2v {
namespace {

DType dtype_of(const store::TensorView& tensor, const std::string& file) {
  switch (tensor.type) {
    case store::TensorType::kF16:
      return DType::kFloat16;
    case store::TensorType::kF32:
      return DType::kFloat32;
    case store::TensorType::kF64:
      return DType::kFloat64;
    case store::TensorType::kBF16:
      return DType::kBFloat16;
    case store::TensorType::kI8:
      return DType::kInt8;
    default:
      throw FormatError(file, tensor.name,
                        "dtype " + std::string(store::tensor_type_name(tensor.type)) +
                            "; F16, F32, F64, BF16 and I8 can be read");
  }
}

/// Row numbers of any integer type. What is no uint32 becomes the largest one, which is no row.
template <typename T>
std::vector<std::uint32_t> to_rows(std::span<const std::byte> bytes) {
  constexpr std::uint32_t kNoRow = std::numeric_limits<std::uint32_t>::max();
  std::vector<std::uint32_t> rows(bytes.size() / sizeof(T));
  for (std::size_t i = 0; i < rows.size(); ++i) {
    T value;
    std::memcpy(&value, bytes.data() + i * sizeof(T), sizeof(T));
    rows[i] = value >= 0 && static_cast<std::uint64_t>(value) < kNoRow
                  ? static_cast<std::uint32_t>(value)
                  : kNoRow;
  }
  return rows;
}

void take_tensors(StaticModel::Impl& model) {
  const store::ModelFolder& folder = model.folder;
  const std::string& file = folder.tensors.path();
  model.table = {folder.embeddings->bytes.data(), dtype_of(*folder.embeddings, file),
                 folder.embeddings->shape[1]};
  model.rows = folder.embeddings->shape[0];
  model.tensors.push_back(*folder.embeddings);
  model.tensors.back().name = "embeddings";
  if (folder.weights != nullptr) {
    model.weights = store::to_float64(*folder.weights, file);
    model.wide_weights = folder.weights->type == store::TensorType::kF64;
    model.tensors.push_back(*folder.weights);
  }
  if (folder.mapping != nullptr) {
    model.mapping = folder.mapping->type == store::TensorType::kI32
                        ? to_rows<std::int32_t>(folder.mapping->bytes)
                        : to_rows<std::int64_t>(folder.mapping->bytes);
    model.tensors.push_back(*folder.mapping);
  }
}

store::TensorType tensor_type_of(DType dtype) {
  switch (dtype) {
    case DType::kFloat16:
      return store::TensorType::kF16;
    case DType::kFloat64:
      return store::TensorType::kF64;
    case DType::kBFloat16:
      return store::TensorType::kBF16;
    case DType::kInt8:
      return store::TensorType::kI8;
    case DType::kFloat32:
      break;
  }
  return store::TensorType::kF32;
}

}  // namespace

StaticModel StaticModel::load(const std::filesystem::path& folder, const LoadOptions& options,
                              const OnEvent& on_event) {
  const core::Events events(on_event);
  store::ModelFolder opened = store::open_model_folder(folder, options.subfolder);
  for (const std::string& warning : opened.warnings) events.warn("loading", warning);
  auto model =
      std::make_shared<Impl>(Tokenizer::from_json(opened.tokenizer.text(), opened.tokenizer_path));
  model->folder = std::move(opened);
  model->tokenizer_json = model->folder.tokenizer.text();
  model->config = model->folder.config;
  model->card = model->folder.card;
  take_tensors(*model);
  embed::finish_model(*model, model->folder.tensors.path());
  if (options.normalize) model->normalize = *options.normalize;
  if (options.max_length) model->max_length = *options.max_length;
  return StaticModel(std::move(model));
}

namespace embed {

StaticModel make_model(ModelParts parts) {
  auto model = std::make_shared<StaticModel::Impl>(Tokenizer::from_json(parts.tokenizer_json));
  model->parts = std::move(parts);
  ModelParts& owned = model->parts;
  const store::TensorType type = tensor_type_of(owned.dtype);
  if (owned.table.size() != owned.rows * owned.dim * store::tensor_type_size(type)) {
    throw FormatError("new model", "embeddings", "the table's bytes do not fit its shape");
  }
  model->tensors.push_back({"embeddings", type, {owned.rows, owned.dim}, owned.table});
  if (!owned.weights.empty()) {
    model->tensors.push_back({"weights",
                              store::TensorType::kF64,
                              {owned.weights.size()},
                              std::as_bytes(std::span(owned.weights))});
  }
  if (!owned.mapping.empty()) {  // rows fit into 31 bits, so the same bytes are int32
    model->tensors.push_back({"mapping",
                              store::TensorType::kI32,
                              {owned.mapping.size()},
                              std::as_bytes(std::span(owned.mapping))});
  }
  model->table = {owned.table.data(), owned.dtype, owned.dim};
  model->rows = owned.rows;
  model->weights = owned.weights;
  model->wide_weights = true;
  model->mapping = owned.mapping;
  model->tokenizer_json = owned.tokenizer_json;
  model->config = owned.config;
  model->card.base_model = owned.base_model;
  model->card.languages = owned.languages;
  finish_model(*model, "new model");
  return StaticModel(std::move(model));
}

}  // namespace embed
}  // namespace m2v
