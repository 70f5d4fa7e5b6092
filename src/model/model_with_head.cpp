#include "m2v/model_with_head.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string>
#include <utility>

#include "base/impl_access.h"
#include "base/thread_pool.h"
#include "m2v/error.h"
#include "model/head_file.h"
#include "model/model_impl.h"
#include "simd/product.h"

namespace m2v {
namespace {

/// Texts that are encoded before their vectors go through the head.
constexpr std::size_t kTextsPerBlock = 8192;
/// Rows that go through all layers together, so that each reads the weights from the cache.
constexpr std::size_t kRows = 4 * simd::kRowGroup;

/// A layer packed for simd::multiply().
struct PackedLayer {
  std::size_t inputs, outputs;
  std::vector<float> weight, bias;

  explicit PackedLayer(const Head::Layer& layer)
      : inputs(layer.weight.cols),
        outputs(layer.weight.rows),
        weight(simd::padded_columns(outputs) * inputs),
        bias(layer.bias) {
    simd::pack(layer.weight.data.data(), outputs, inputs, weight.data());
    bias.resize(simd::padded_columns(outputs));
  }
};

void softmax(std::span<float> values) {
  const float most = *std::max_element(values.begin(), values.end());
  float sum = 0;
  for (float& value : values) sum += value = std::exp(value - most);
  for (float& value : values) value /= sum;
}

void sigmoid(std::span<float> values) {
  for (float& value : values) {
    const float small = std::exp(-std::abs(value));  // never overflows
    value = (value >= 0 ? 1.0f : small) / (1.0f + small);
  }
}

void activate(Head::Activation activation, std::span<float> values) {
  if (activation == Head::Activation::kSoftmax) softmax(values);
  if (activation == Head::Activation::kSigmoid) sigmoid(values);
}

std::string shape_of(const Matrix& matrix) {
  return "[" + std::to_string(matrix.rows) + ", " + std::to_string(matrix.cols) + "]";
}

/// Returns why the head does not fit vectors of `inputs` values, or an empty string if it does.
std::string misfit(const Head& head, std::size_t inputs) {
  for (std::size_t i = 0; i < head.layers.size(); ++i) {
    const Head::Layer& layer = head.layers[i];
    const std::string name = "layer " + std::to_string(i);
    if (layer.weight.cols != inputs) {
      return name + " is " + shape_of(layer.weight) + ", but its inputs are " +
             std::to_string(inputs);
    }
    if (layer.weight.rows == 0 || layer.bias.size() != layer.weight.rows ||
        layer.weight.data.size() != layer.weight.rows * layer.weight.cols) {
      return name + " is " + shape_of(layer.weight) + ", but has " +
             std::to_string(layer.bias.size()) + " biases and " +
             std::to_string(layer.weight.data.size()) + " weights";
    }
    inputs = layer.weight.rows;
  }
  const bool classifies = head.activation != Head::Activation::kIdentity;
  if (classifies && head.classes.names.size() != inputs) {
    return std::to_string(inputs) + " outputs for " + std::to_string(head.classes.names.size()) +
           " classes";
  }
  return {};
}

}  // namespace

struct [[gnu::visibility("hidden")]] ModelWithHead::Impl {
  StaticModel model;
  Head head;
  std::size_t outputs;
  std::vector<PackedLayer> layers;

  Impl(StaticModel loaded, Head with)
      : model(std::move(loaded)),
        head(std::move(with)),
        outputs(head.layers.empty() ? model.dim() : head.layers.back().weight.rows) {
    for (const Head::Layer& layer : head.layers) layers.emplace_back(layer);
  }

  /// Applies the layers and the activation to vectors [rows, dim]; writes to out [rows, outputs].
  void apply(const float* vectors, std::size_t rows, std::vector<float> (&scratch)[2],
             float* out) const;
};

void ModelWithHead::Impl::apply(const float* vectors, std::size_t rows,
                                std::vector<float> (&scratch)[2], float* out) const {
  const std::size_t padded = simd::padded_rows(rows);
  scratch[0].assign(vectors, vectors + rows * model.dim());
  scratch[0].resize(padded * model.dim());
  for (std::size_t i = 0; i < layers.size(); ++i) {
    const PackedLayer& layer = layers[i];
    const bool last = i + 1 == layers.size();
    scratch[1].resize(padded * layer.outputs);
    simd::multiply(scratch[0].data(), layer.weight.data(),
                   {.rows = padded, .depth = layer.inputs, .columns = layer.outputs},
                   {.bias = layer.bias.data(),
                    .activation = last ? simd::Activation::kNone : simd::Activation::kRelu},
                   scratch[1].data());
    std::swap(scratch[0], scratch[1]);
  }
  std::copy_n(scratch[0].data(), rows * outputs, out);
  for (std::size_t r = 0; r < rows; ++r) {
    activate(head.activation, std::span(out + r * outputs, outputs));
  }
}

ModelWithHead::ModelWithHead(StaticModel model, Head head) {
  if (const std::string problem = misfit(head, model.dim()); !problem.empty()) {
    throw std::invalid_argument("the head does not fit: " + problem);
  }
  impl_ = std::make_shared<Impl>(std::move(model), std::move(head));
}

ModelWithHead ModelWithHead::load(const std::filesystem::path& path, const OnEvent& on_event) {
  StaticModel model = StaticModel::load(path, {}, on_event);
  const model::ModelFolder& folder = impl_of(model).folder;
  Head head = model::read_head(folder);
  if (const std::string problem = misfit(head, model.dim()); !problem.empty()) {
    throw FormatError(folder.files.path(model::kHeadFile), "head", problem);
  }
  return {std::move(model), std::move(head)};
}

void ModelWithHead::save(const std::filesystem::path& folder, const SaveOptions& options) const {
  model::save_model(impl_of(impl_->model), folder, options, &impl_->head);
}

void ModelWithHead::predict_proba(Texts texts, std::span<float> out,
                                  const EncodeOptions& options) const {
  const std::size_t dim = model().dim(), columns = outputs();
  if (out.size() != texts.size() * columns) {
    throw std::invalid_argument("predict: the output has " + std::to_string(out.size()) +
                                " values, but " + std::to_string(texts.size()) + " texts of " +
                                std::to_string(columns) + " are asked for");
  }
  std::vector<float> vectors(std::min(texts.size(), kTextsPerBlock) * dim);
  struct Scratch {
    std::vector<float> buffers[2];
  };
  std::vector<Scratch> scratch(base::thread_count(options.threads));
  for (std::size_t begin = 0; begin < texts.size(); begin += kTextsPerBlock) {
    const std::size_t count = std::min(kTextsPerBlock, texts.size() - begin);
    model().encode(texts.subspan(begin, count), std::span(vectors).first(count * dim), options);
    base::parallel_for(
        base::blocks_of(count, kRows), options.threads, [&](std::size_t block, unsigned worker) {
          const std::size_t first = block * kRows;
          impl_->apply(vectors.data() + first * dim, std::min(kRows, count - first),
                       scratch[worker].buffers, out.data() + (begin + first) * columns);
        });
  }
}

Matrix ModelWithHead::predict_proba(Texts texts, const EncodeOptions& options) const {
  Matrix result{std::vector<float>(texts.size() * outputs()), texts.size(), outputs()};
  predict_proba(texts, result.data, options);
  return result;
}

Labels ModelWithHead::predict(Texts texts, double threshold, const EncodeOptions& options) const {
  return choose(predict_proba(texts, options), threshold);
}

Labels ModelWithHead::choose(MatrixView probabilities, double threshold) const {
  if (classes().names.empty()) {
    throw std::invalid_argument("predict: this head yields vectors, not classes");
  }
  if (probabilities.cols != outputs()) {
    throw std::invalid_argument("predict: probabilities of " + std::to_string(probabilities.cols) +
                                " classes, but there are " + std::to_string(outputs()));
  }
  Labels labels;
  labels.classes = classes();
  labels.multilabel = multilabel();
  const auto least = static_cast<float>(threshold);
  for (std::size_t t = 0; t < probabilities.rows; ++t) {
    const auto row = probabilities.row(t);
    if (labels.multilabel) {
      for (std::size_t c = 0; c < row.size(); ++c) {
        if (row[c] > least) labels.numbers.push_back(static_cast<std::uint32_t>(c));
      }
    } else {
      labels.numbers.push_back(
          static_cast<std::uint32_t>(std::max_element(row.begin(), row.end()) - row.begin()));
    }
    labels.offsets.push_back(labels.numbers.size());
  }
  return labels;
}

std::size_t ModelWithHead::outputs() const noexcept { return impl_->outputs; }
bool ModelWithHead::multilabel() const noexcept {
  return impl_->head.activation == Head::Activation::kSigmoid;
}
const Classes& ModelWithHead::classes() const noexcept { return impl_->head.classes; }
const StaticModel& ModelWithHead::model() const noexcept { return impl_->model; }
const Head& ModelWithHead::head() const noexcept { return impl_->head; }

}  // namespace m2v
