#include <cstring>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "base/events.h"
#include "base/impl_access.h"
#include "base/json.h"
#include "formats/section_file.h"
#include "m2v/error.h"
#include "model/model_impl.h"
#include "tokenizer/tokenizer_impl.h"

namespace m2v {
namespace {

DType dtype_of(const formats::TensorView& tensor, const std::string& file) {
  switch (tensor.type) {
    case formats::TensorType::kF16:
      return DType::kFloat16;
    case formats::TensorType::kF32:
      return DType::kFloat32;
    case formats::TensorType::kF64:
      return DType::kFloat64;
    case formats::TensorType::kBF16:
      return DType::kBFloat16;
    case formats::TensorType::kI8:
      return DType::kInt8;
    default:
      throw FormatError(file, tensor.name,
                        "dtype " + std::string(formats::tensor_type_name(tensor.type)) +
                            "; F16, F32, F64, BF16 and I8 can be read");
  }
}

/// Converts row numbers of any integer type. Values that do not fit into a uint32 become its
/// maximum, which finish_model() rejects because no table has that many rows.
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

/// Returns the elements of a tensor without a copy, or nothing if they are not aligned.
template <typename T>
std::optional<base::FlatArray<T>> in_place(const formats::TensorView& tensor) {
  if (reinterpret_cast<std::uintptr_t>(tensor.bytes.data()) % alignof(T) != 0) return std::nullopt;
  const auto* const first = reinterpret_cast<const T*>(tensor.bytes.data());
  return base::FlatArray<T>({first, tensor.bytes.size() / sizeof(T)}, nullptr);
}

base::FlatArray<double> read_weights(const formats::TensorView& tensor, const std::string& file) {
  if (tensor.type == formats::TensorType::kF64) {
    if (auto weights = in_place<double>(tensor)) return *std::move(weights);
  }
  return formats::to_float64(tensor, file);
}

base::FlatArray<std::uint32_t> read_mapping(const formats::TensorView& tensor) {
  if (tensor.type == formats::TensorType::kI64) return to_rows<std::int64_t>(tensor.bytes);
  // Negative numbers become values of 2^31 or more, which finish_model() rejects as rows.
  if (auto mapping = in_place<std::uint32_t>(tensor)) return *std::move(mapping);
  return to_rows<std::int32_t>(tensor.bytes);
}

/// Sets the model's table, weights, scales and mapping, which refer to the tensors of model.folder.
void take_tensors(StaticModel::Impl& model) {
  const model::ModelFolder& folder = model.folder;
  const std::string& file = folder.tensors.path();
  model.table = {folder.embeddings->bytes.data(), dtype_of(*folder.embeddings, file),
                 folder.embeddings->shape[1]};
  model.rows = folder.embeddings->shape[0];
  model.tensors.push_back(*folder.embeddings);
  model.tensors.back().name = "embeddings";
  if (folder.weights != nullptr) {
    model.weights = read_weights(*folder.weights, file);
    model.wide_weights = folder.weights->type == formats::TensorType::kF64;
    model.tensors.push_back(*folder.weights);
  }
  if (folder.scales != nullptr) {
    model.scales = formats::to_float64(*folder.scales, file);
    model.tensors.push_back(*folder.scales);
  }
  if (folder.mapping != nullptr) {
    model.mapping = read_mapping(*folder.mapping);
    model.tensors.push_back(*folder.mapping);
  }
}

std::shared_ptr<StaticModel::Impl> make_model_of(model::ModelFolder opened, Tokenizer tokenizer) {
  auto model = std::make_shared<StaticModel::Impl>(std::move(tokenizer));
  model->folder = std::move(opened);
  model->tokenizer_json = model->folder.tokenizer.view();
  model->config = model->folder.config;
  model->card = model->folder.card;
  take_tensors(*model);
  model::finish_model(*model, model->folder.tensors.path());
  return model;
}

std::shared_ptr<StaticModel::Impl> load_folder(const std::filesystem::path& folder,
                                               const std::string& subfolder) {
  model::ModelFolder opened = model::open_model_folder(folder, subfolder);
  Tokenizer tokenizer = Tokenizer::from_json(opened.tokenizer.view(), opened.tokenizer_path);
  return make_model_of(std::move(opened), std::move(tokenizer));
}

formats::Sections open_compiled(const std::filesystem::path& path) {
  if (auto sections = formats::find_section_file(path)) return *std::move(sections);
  throw FormatError(path.string(), "",
                    "neither a model folder nor a compiled model (m2v convert makes one)");
}

}  // namespace

StaticModel StaticModel::load(const std::filesystem::path& path, const LoadOptions& options,
                              const OnEvent& on_event) {
  const base::Events events(on_event);
  std::error_code ignored;
  const bool is_folder = !options.subfolder.empty() || std::filesystem::is_directory(path, ignored);
  const std::shared_ptr<Impl> model =
      is_folder ? load_folder(path, options.subfolder) : model::load_compiled(open_compiled(path));
  for (const std::string& warning : model->folder.warnings) events.warn("loading", warning);
  if (options.normalize) model->normalize = *options.normalize;
  if (options.max_length) model->max_length = *options.max_length;
  return StaticModel(model);
}

namespace model {

formats::TensorType tensor_type_of(DType dtype) noexcept {
  switch (dtype) {
    case DType::kFloat16:
      return formats::TensorType::kF16;
    case DType::kFloat64:
      return formats::TensorType::kF64;
    case DType::kBFloat16:
      return formats::TensorType::kBF16;
    case DType::kInt8:
      return formats::TensorType::kI8;
    case DType::kFloat32:
      break;
  }
  return formats::TensorType::kF32;
}

std::shared_ptr<StaticModel::Impl> load_compiled(formats::Sections sections) {
  Tokenizer tokenizer = tokenizer::load_tokenizer(sections);
  return make_model_of(model::open_compiled_model(std::move(sections)), std::move(tokenizer));
}

StaticModel make_model(ModelParts parts) {
  auto model = std::make_shared<StaticModel::Impl>(Tokenizer::from_json(parts.tokenizer_json));
  model->parts = std::move(parts);
  ModelParts& owned = model->parts;
  const formats::TensorType type = tensor_type_of(owned.dtype);
  if (owned.table.size() != owned.rows * owned.dim * formats::tensor_type_size(type)) {
    throw FormatError("new model", "embeddings", "the table's bytes do not fit its shape");
  }
  model->tensors.push_back({"embeddings", type, {owned.rows, owned.dim}, owned.table});
  if (!owned.weights.empty()) {
    model->tensors.push_back({"weights",
                              formats::TensorType::kF64,
                              {owned.weights.size()},
                              std::as_bytes(std::span(owned.weights))});
  }
  if (!owned.scales.empty()) {
    model->tensors.push_back({"scales",
                              formats::TensorType::kF32,
                              {owned.scales.size()},
                              std::as_bytes(std::span(owned.scales))});
    model->scales.assign(owned.scales.begin(), owned.scales.end());
  }
  if (!owned.mapping.empty()) {  // rows fit into 31 bits, so the bytes are valid int32 values
    model->tensors.push_back({"mapping",
                              formats::TensorType::kI32,
                              {owned.mapping.size()},
                              std::as_bytes(std::span(owned.mapping))});
  }
  model->table = {owned.table.data(), owned.dtype, owned.dim};
  model->rows = owned.rows;
  model->weights = {owned.weights, nullptr};
  model->wide_weights = true;
  model->mapping = {owned.mapping, nullptr};
  model->tokenizer_json = owned.tokenizer_json;
  model->config = owned.config;
  model->card = owned.card;
  finish_model(*model, "new model");
  return ImplAccess::make<StaticModel>(std::move(model));
}

}  // namespace model
}  // namespace m2v
