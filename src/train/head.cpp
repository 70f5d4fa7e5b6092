#include "train/head.h"

#include <algorithm>
#include <cmath>

#include "simd/product.h"

namespace m2v::train {
namespace {

constexpr std::size_t kGroup = simd::kRowGroup;
static_assert(kGroup <=
              simd::kStrideMultiple);  // every layer has at least one whole group of units

/// The limits of the uniform distributions of Kaiming and of Xavier initialization.
double kaiming_limit(std::size_t inputs) { return std::sqrt(6.0 / static_cast<double>(inputs)); }
double xavier_limit(std::size_t inputs, std::size_t outputs) {
  return std::sqrt(6.0 / static_cast<double>(inputs + outputs));
}

}  // namespace

TrainableHead::TrainableHead(const HeadShape& shape, Random& random)
    : shape_(shape), width_(simd::padded_stride(shape.outputs)) {
  std::size_t inputs = shape.inputs, used = shape.dim;
  if (!shape.identity) {
    const std::size_t hidden = simd::padded_stride(shape.hidden);
    for (std::size_t i = 0; i < shape.hidden_layers; ++i) {
      add_layer(inputs, used, hidden, shape.hidden, kaiming_limit(used), random);
      inputs = hidden;
      used = shape.hidden;
    }
    add_layer(inputs, used, width_, shape.outputs, xavier_limit(used, shape.outputs), random);
  } else {
    width_ = shape.inputs;
  }
  activations_.resize(layers_.size() + 1);
  gradients_.resize(layers_.size() + 1);
}

void TrainableHead::add_layer(std::size_t inputs, std::size_t used_inputs, std::size_t outputs,
                              std::size_t used_outputs, double limit, Random& random) {
  Layer& layer = layers_.emplace_back();
  layer.inputs = inputs;
  layer.outputs = outputs;
  layer.weight.resize(inputs * outputs);
  for (std::size_t unit = 0; unit < used_outputs; ++unit) {
    for (std::size_t i = 0; i < used_inputs; ++i) {
      layer.weight[unit * inputs + i] =
          static_cast<float>(limit * (2.0 * static_cast<double>(random.uniform()) - 1));
    }
  }
  layer.first.resize(layer.weight.size());
  layer.second.resize(layer.weight.size());
  layer.bias.resize(simd::padded_columns(outputs));
  layer.bias_first.resize(outputs);
  layer.bias_second.resize(outputs);
  layer.packed.resize(simd::padded_columns(outputs) * inputs);
  layer.packed_back.resize(simd::padded_columns(inputs) * outputs);
  pack(layer, 0, outputs);
  for (std::size_t first = 0; first < outputs; first += kGroup) {
    groups_.push_back({layers_.size() - 1, first, std::min(kGroup, outputs - first)});
  }
}

/// Packs units of a layer in the layouts of both matrix products.
void TrainableHead::pack(Layer& layer, std::size_t first, std::size_t count) {
  simd::pack_columns(layer.weight.data(), layer.inputs, first, count, layer.packed.data());
  simd::pack_rows(layer.weight.data(), layer.outputs, layer.inputs, first, count,
                  layer.packed_back.data());
}

void TrainableHead::begin(std::size_t rows) {
  padded_rows_ = simd::padded_rows(rows);
  for (std::size_t i = 0; i < activations_.size(); ++i) {
    const std::size_t width = i == 0 ? shape_.inputs : layers_[i - 1].outputs;
    activations_[i].resize(padded_rows_ * width);
    gradients_[i].resize(padded_rows_ * width);
  }
  for (Layer& layer : layers_) {
    layer.packed_inputs.resize(simd::padded_columns(layer.inputs) * padded_rows_);
  }
  // Padding rows must not hold values of the previous batch.
  const std::size_t filled = padded_rows_ - rows;
  std::fill_n(inputs() + rows * shape_.inputs, filled * shape_.inputs, 0.0f);
  std::fill_n(output_gradients(), padded_rows_ * width_, 0.0f);
}

void TrainableHead::forward(std::size_t first, std::size_t rows) {
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    const Layer& layer = layers_[i];
    const bool last = i + 1 == layers_.size();
    const simd::Epilogue epilogue{
        .bias = layer.bias.data(),
        .activation = last ? simd::Activation::kNone : simd::Activation::kRelu};
    simd::multiply(activations_[i].data() + first * layer.inputs, layer.packed.data(),
                   {.rows = rows, .depth = layer.inputs, .columns = layer.outputs}, epilogue,
                   activations_[i + 1].data() + first * layer.outputs);
  }
}

void TrainableHead::backward(std::size_t first, std::size_t rows, bool to_inputs) {
  for (std::size_t i = layers_.size(); i-- > 0;) {
    Layer& layer = layers_[i];
    const float* inputs = activations_[i].data();
    simd::pack_rows(inputs, padded_rows_, layer.inputs, first, rows, layer.packed_inputs.data());
    if (i == 0 && !to_inputs) break;
    float* gradients = gradients_[i].data() + first * layer.inputs;
    simd::multiply(gradients_[i + 1].data() + first * layer.outputs, layer.packed_back.data(),
                   {.rows = rows, .depth = layer.outputs, .columns = layer.inputs}, {}, gradients);
    if (i == 0) break;
    const float* made = inputs + first * layer.inputs;
    for (std::size_t k = 0; k < rows * layer.inputs; ++k) {
      gradients[k] = made[k] > 0 ? gradients[k] : 0.0f;
    }
  }
}

void TrainableHead::step(const simd::AdamStep& step, std::size_t index) {
  const Group& group = groups_[index];
  Layer& layer = layers_[group.layer];
  const float* gradients = gradients_[group.layer + 1].data();
  // The last group starts earlier, so that it is a whole one; only its own units are updated.
  const std::size_t begin = std::min(group.first, layer.outputs - kGroup);
  std::vector<float> products(kGroup * layer.inputs);
  simd::multiply_transposed(gradients + begin, layer.outputs, layer.packed_inputs.data(),
                            {.rows = kGroup, .depth = padded_rows_, .columns = layer.inputs},
                            products.data());
  const std::size_t at = group.first * layer.inputs;
  simd::adam(step, products.data() + (group.first - begin) * layer.inputs,
             group.count * layer.inputs,
             {layer.weight.data() + at, layer.first.data() + at, layer.second.data() + at});
  float sums[kGroup] = {};
  for (std::size_t row = 0; row < padded_rows_; ++row) {
    for (std::size_t unit = 0; unit < group.count; ++unit) {
      sums[unit] += gradients[row * layer.outputs + group.first + unit];
    }
  }
  simd::adam(step, sums, group.count,
             {layer.bias.data() + group.first, layer.bias_first.data() + group.first,
              layer.bias_second.data() + group.first});
  pack(layer, group.first, group.count);
}

void TrainableHead::snapshot() {
  for (Layer& layer : layers_) {
    layer.snapshot_weight = layer.weight;
    layer.snapshot_bias = layer.bias;
  }
}

void TrainableHead::restore() {
  for (Layer& layer : layers_) {
    layer.weight = layer.snapshot_weight;
    layer.bias = layer.snapshot_bias;
    pack(layer, 0, layer.outputs);
  }
}

void TrainableHead::set_layers(std::span<const Head::Layer> layers) {
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    Layer& layer = layers_[i];
    const Matrix& weight = layers[i].weight;
    for (std::size_t unit = 0; unit < weight.rows; ++unit) {
      std::ranges::copy(weight.row(unit), layer.weight.data() + unit * layer.inputs);
    }
    std::ranges::copy(layers[i].bias, layer.bias.data());
    pack(layer, 0, layer.outputs);
  }
}

std::vector<Head::Layer> TrainableHead::layers() const {
  std::vector<Head::Layer> result;
  std::size_t inputs = shape_.dim;
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    const Layer& layer = layers_[i];
    const std::size_t outputs = i + 1 == layers_.size() ? shape_.outputs : shape_.hidden;
    Matrix weight{std::vector<float>(outputs * inputs), outputs, inputs};
    for (std::size_t unit = 0; unit < outputs; ++unit) {
      std::copy_n(layer.weight.data() + unit * layer.inputs, inputs, weight.row(unit).data());
    }
    result.push_back(
        {std::move(weight),
         {layer.bias.begin(), layer.bias.begin() + static_cast<std::ptrdiff_t>(outputs)}});
    inputs = outputs;
  }
  return result;
}

}  // namespace m2v::train
