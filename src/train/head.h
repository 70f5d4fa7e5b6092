#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "m2v/pipeline.h"
#include "simd/adam.h"
#include "train/random.h"

namespace m2v::train {

struct HeadShape {
  std::size_t inputs = 0;  ///< The table's stride: beyond `dim` all is zero.
  std::size_t dim = 0;     ///< Inputs that count.
  std::size_t hidden = 512;
  std::size_t hidden_layers = 1;
  std::size_t outputs = 0;
  bool identity = false;  ///< No layers at all: outputs are the inputs.
};

/// Linear layers with ReLU between them, as they are trained. A batch's rows go through forward()
/// and backward() in chunks of any threads; then step() moves each layer's units in groups. What a
/// row, or a unit, becomes does not depend on the chunks.
///
/// Widths are filled up for the kernels: layers to a multiple of simd::kStrideStep units, whose
/// weights stay zero, and batches to one of simd::kRowGroup rows.
class TrainableHead {
 public:
  TrainableHead(const HeadShape& shape, Random& random);

  /// Makes room for batches of up to `rows`; a batch begins here.
  void begin(std::size_t rows);

  std::size_t padded_rows() const { return padded_rows_; }
  float* inputs() { return activations_.front().data(); }  ///< [padded_rows(), inputs]
  float* outputs() { return activations_.back().data(); }  ///< [padded_rows(), width()]
  const float* outputs() const { return activations_.back().data(); }
  float* output_gradients() { return gradients_.back().data(); }  ///< The same shape.
  float* input_gradients() { return gradients_.front().data(); }  ///< As inputs().
  std::size_t width() const { return width_; }                    ///< Of a row of outputs.
  std::size_t input_width() const { return shape_.inputs; }

  /// `first` and `rows` are multiples of simd::kRowGroup.
  void forward(std::size_t first, std::size_t rows);
  void backward(std::size_t first, std::size_t rows, bool to_inputs);

  /// Groups of units over all layers: step() moves one of them.
  std::size_t groups() const { return groups_.size(); }
  void step(const simd::AdamStep& step, std::size_t group);

  void keep();
  void restore();

  /// Begins with these layers, which are of the shape.
  void set_layers(std::span<const Head::Layer> layers);
  /// The layers as they are used.
  std::vector<Head::Layer> layers() const;

 private:
  struct Layer {
    std::size_t inputs, outputs;
    std::vector<float> weight, bias;   ///< [outputs, inputs]; padded_columns(outputs)
    std::vector<float> first, second;  ///< Moments of the weight.
    std::vector<float> bias_first, bias_second;
    std::vector<float> packed, packed_back;  ///< For forward() and backward().
    std::vector<float> packed_inputs;        ///< The batch's, for the weight's gradients.
    std::vector<float> kept_weight, kept_bias;
  };
  struct Group {
    std::size_t layer, first, count;
  };
  void add_layer(std::size_t inputs, std::size_t used_inputs, std::size_t outputs,
                 std::size_t used_outputs, double limit, Random& random);
  void pack(Layer& layer, std::size_t first, std::size_t count);

  HeadShape shape_;
  std::size_t width_;
  std::size_t padded_rows_ = 0;
  std::vector<Layer> layers_;
  std::vector<Group> groups_;
  std::vector<std::vector<float>> activations_, gradients_;
};

}  // namespace m2v::train
