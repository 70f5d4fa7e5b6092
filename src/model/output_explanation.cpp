#include <algorithm>
#include <cmath>
#include <cstdint>
#include <utility>

#include "base/impl_access.h"
#include "m2v/explain.h"
#include "model/explainer.h"
#include "model/model_impl.h"
#include "model/token_reader.h"
#include "simd/product.h"

namespace m2v {

OutputExplanation explain(const ModelWithHead& trained, std::string_view text) {
  return model::Explainer(trained).explain(text);
}

namespace model {
namespace {

/// Returns the rows of a text's tokens, each multiplied by its weight: [tokens, dim].
Matrix rows_of(const StaticModel& model, const std::vector<Token>& tokens) {
  Matrix rows{{}, tokens.size(), model.dim()};
  for (const Token& token : tokens) {
    const std::vector<float> row = model.token_vector(token.id);
    rows.data.insert(rows.data.end(), row.begin(), row.end());
  }
  return rows;
}

std::vector<double> sum_of(const Matrix& rows) {
  std::vector<double> sum(rows.cols);
  for (std::size_t r = 0; r < rows.rows; ++r) {
    for (std::size_t d = 0; d < rows.cols; ++d) sum[d] += static_cast<double>(rows.row(r)[d]);
  }
  return sum;
}

/// Returns the factor that turns the sum of a text's rows into its vector.
double scale_of(const StaticModel::Impl& model, const std::vector<double>& sum,
                std::size_t tokens) {
  double length = static_cast<double>(tokens);
  if (model.normalize) {
    length = 0;
    for (const double value : sum) length += value * value;
    length = std::sqrt(length);
  }
  return length > 0 ? 1 / length : 0;
}

}  // namespace

Explainer::Explainer(const ModelWithHead& trained)
    : trained_(trained), tokens_(impl_of(trained.model()), impl_of(trained.model()).max_length) {
  for (const Head::Layer& from : trained.head().layers) {
    const std::size_t outputs = from.weight.rows, inputs = from.weight.cols;
    Layer& layer = layers_.emplace_back(Layer{inputs, outputs, {}, {}, from.bias, {}});
    const float* weight = from.weight.data.data();
    layer.forward.resize(simd::padded_columns(outputs) * inputs);
    simd::pack(weight, outputs, inputs, layer.forward.data());
    layer.backward.resize(simd::padded_columns(inputs) * outputs);
    simd::pack_rows(weight, outputs, inputs, 0, outputs, layer.backward.data());
    layer.bias.resize(simd::padded_columns(outputs));
  }
}

OutputExplanation Explainer::explain(std::string_view text) {
  const StaticModel& model = trained_.model();
  OutputExplanation result{
      .tokens = tokens_.with_offsets(text), .logits = {}, .constant = {}, .contributions = {}};
  const Matrix rows = rows_of(model, result.tokens);
  const std::vector<double> sum = sum_of(rows);
  const double scale = scale_of(impl_of(model), sum, rows.rows);
  std::vector<float> vector(sum.size());
  std::ranges::transform(sum, vector.begin(),
                         [scale](double value) { return static_cast<float>(value * scale); });
  result.logits = run(std::move(vector));

  const Matrix slope = slopes(result.constant);
  result.contributions = {std::vector<float>(rows.rows * slope.rows), rows.rows, slope.rows};
  for (std::size_t t = 0; t < rows.rows; ++t) {
    for (std::size_t o = 0; o < slope.rows; ++o) {
      double product = 0;
      for (std::size_t d = 0; d < rows.cols; ++d) {
        product += static_cast<double>(rows.row(t)[d]) * static_cast<double>(slope.row(o)[d]);
      }
      result.contributions.row(t)[o] = static_cast<float>(product * scale);
    }
  }
  return result;
}

std::vector<float> Explainer::run(std::vector<float> vector) {
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    Layer& layer = layers_[i];
    const bool last = i + 1 == layers_.size();
    vector.resize(simd::kRowGroup * layer.inputs);
    layer.made.resize(simd::kRowGroup * layer.outputs);
    simd::multiply(vector.data(), layer.forward.data(),
                   {.rows = simd::kRowGroup, .depth = layer.inputs, .columns = layer.outputs},
                   {.bias = layer.bias.data(),
                    .activation = last ? simd::Activation::kNone : simd::Activation::kRelu},
                   layer.made.data());
    vector.assign(layer.made.begin(),
                  layer.made.begin() + static_cast<std::ptrdiff_t>(layer.outputs));
  }
  return vector;
}

/// Backpropagates the identity matrix through the layers. A unit that ReLU zeroed has slope 0.
Matrix Explainer::slopes(std::vector<float>& constant) {
  const std::size_t outputs = trained_.outputs(), padded = simd::padded_rows(outputs);
  std::size_t width = outputs;
  std::vector<float> slope(padded * width), next;
  for (std::size_t o = 0; o < outputs; ++o) slope[o * width + o] = 1;
  std::vector<double> sums(outputs);
  for (std::size_t i = layers_.size(); i-- > 0;) {
    const Layer& layer = layers_[i];
    const bool last = i + 1 == layers_.size();
    for (std::size_t o = 0; o < outputs; ++o) {
      for (std::size_t unit = 0; unit < width; ++unit) {
        float& value = slope[o * width + unit];
        if (!last && layer.made[unit] <= 0) value = 0;
        sums[o] += static_cast<double>(value) * static_cast<double>(layer.bias[unit]);
      }
    }
    next.resize(padded * layer.inputs);
    simd::multiply(slope.data(), layer.backward.data(),
                   {.rows = padded, .depth = width, .columns = layer.inputs}, {}, next.data());
    std::swap(slope, next);
    width = layer.inputs;
  }
  constant.assign(sums.begin(), sums.end());
  slope.resize(outputs * width);
  return {std::move(slope), outputs, width};
}

}  // namespace model
}  // namespace m2v
