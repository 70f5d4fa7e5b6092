#include "encoder/checkpoint.h"

#include <algorithm>
#include <cstring>

#include "base/half.h"
#include "m2v/error.h"

namespace m2v::encoder {
namespace {

/// The possible prefixes of all tensor names: none, the name of a base model inside
/// another model, and those that older versions of Sentence Transformers wrote.
constexpr std::string_view kPrefixes[] = {
    "",           "model.",  "bert.",         "roberta.",   "distilbert.",
    "mpnet.",     "albert.", "electra.",      "deberta.",   "xlm-roberta.",
    "camembert.", "new.",    "0.auto_model.", "auto_model."};

template <typename Shape>
std::string shape_text(const Shape& shape) {
  std::string text = "[";
  for (const std::size_t size : shape) {
    if (text.size() > 1) text += ", ";
    text += std::to_string(size);
  }
  return text + "]";
}

std::string location(const std::string& name) { return "tensor \"" + name + "\""; }

bool is_weight_type(formats::TensorType type) {
  return type == formats::TensorType::kF32 || type == formats::TensorType::kF16 ||
         type == formats::TensorType::kBF16;
}

}  // namespace

void EmbeddingTable::read(std::size_t row, float* out) const noexcept {
  const std::size_t size = formats::tensor_type_size(tensor_.type);
  const std::byte* bytes = tensor_.bytes.data() + row * dim() * size;
  if (tensor_.type == formats::TensorType::kF32) {
    std::memcpy(out, bytes, dim() * size);
    return;
  }
  for (std::size_t i = 0; i < dim(); ++i) {
    std::uint16_t bits;
    std::memcpy(&bits, bytes + i * size, sizeof bits);
    out[i] = tensor_.type == formats::TensorType::kF16 ? base::half_to_float(bits)
                                                       : base::bfloat16_to_float(bits);
  }
}

Checkpoint::Checkpoint(const std::filesystem::path& folder, std::string_view probe)
    : files_(WeightFiles::open(folder)) {
  for (const std::string_view prefix : kPrefixes) {
    if (files_.find(std::string(prefix) + std::string(probe)) != nullptr) {
      prefix_ = prefix;
      return;
    }
  }
  throw FormatError(path(), location(std::string(probe)),
                    "is missing, also behind prefixes such as bert., model. and 0.auto_model.; "
                    "are these the weights of the model in config.json?");
}

bool Checkpoint::has(std::string_view name) const {
  return files_.find(prefix_ + std::string(name)) != nullptr;
}

const WeightFiles::Entry& Checkpoint::at(std::string_view name,
                                         std::initializer_list<std::size_t> shape) const {
  const std::string full = prefix_ + std::string(name);
  const WeightFiles::Entry* entry = files_.find(full);
  if (entry == nullptr) {
    throw FormatError(path(), location(full), "is missing, but config.json requires it");
  }
  const formats::TensorView& tensor = entry->tensor;
  if (!std::ranges::equal(tensor.shape, shape)) {
    throw FormatError(*entry->path, location(full),
                      "has shape " + shape_text(tensor.shape) + ", but config.json asks for " +
                          shape_text(shape));
  }
  if (!is_weight_type(tensor.type)) {
    throw FormatError(*entry->path, location(full),
                      "is " + std::string(formats::tensor_type_name(tensor.type)) +
                          "; weights are read as F32, F16 or BF16");
  }
  return *entry;
}

std::vector<float> Checkpoint::read(std::string_view name,
                                    std::initializer_list<std::size_t> shape) const {
  const WeightFiles::Entry& entry = at(name, shape);
  return formats::to_float32(entry.tensor, *entry.path);
}

EmbeddingTable Checkpoint::table(std::string_view name, std::size_t rows, std::size_t dim) const {
  const WeightFiles::Entry& entry = at(name, {rows, dim});
  return {entry.file, entry.tensor};
}

}  // namespace m2v::encoder
