#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "m2v/model_with_head.h"
#include "simd/adam.h"
#include "train/random.h"

namespace m2v::train {

/// The dimensions of a head.
struct HeadShape {
  std::size_t inputs = 0;    ///< The table's stride; inputs beyond `dim` are zero.
  std::size_t dim = 0;       ///< Number of inputs without padding.
  std::size_t hidden = 512;  ///< Units of each hidden layer.
  std::size_t hidden_layers = 1;
  std::size_t outputs = 0;  ///< Number of outputs without padding.
  bool identity = false;    ///< There are no layers: the outputs are the inputs.
};

/// A head in training: linear layers with ReLU between them. A batch's rows go through forward()
/// and backward() in chunks, on any number of threads; then step() updates each layer's units in
/// groups. The results do not depend on the chunks.
///
/// Sizes are padded for the kernels: layers to a multiple of simd::kStrideMultiple units, whose
/// weights stay zero, and batches to a multiple of simd::kRowGroup rows.
class TrainableHead {
 public:
  /// Initializes the weights at random and the biases with zero.
  TrainableHead(const HeadShape& shape, Random& random);

  /// Begins a batch of `rows` rows and resizes the buffers for it.
  void begin(std::size_t rows);

  /// Number of the batch's rows, padding included.
  std::size_t padded_rows() const { return padded_rows_; }
  float* inputs() { return activations_.front().data(); }  ///< [padded_rows(), input_width()].
  float* outputs() { return activations_.back().data(); }  ///< [padded_rows(), width()].
  const float* outputs() const { return activations_.back().data(); }
  float* output_gradients() { return gradients_.back().data(); }  ///< [padded_rows(), width()].
  /// [padded_rows(), input_width()].
  float* input_gradients() { return gradients_.front().data(); }
  std::size_t width() const { return width_; }  ///< Values per row of outputs, padding included.
  std::size_t input_width() const { return shape_.inputs; }

  /// Computes the outputs of `rows` rows from `first` on; both are multiples of simd::kRowGroup.
  void forward(std::size_t first, std::size_t rows);
  /// Propagates output_gradients() of these rows back, as far as input_gradients() if `to_inputs`.
  void backward(std::size_t first, std::size_t rows, bool to_inputs);

  /// Number of groups of units in all layers. step() updates one group; different groups may be
  /// updated on different threads.
  std::size_t groups() const { return groups_.size(); }
  /// Updates one group of units, from the gradients of the batch.
  void step(const simd::AdamStep& step, std::size_t group);

  /// Takes a snapshot of the weights and biases.
  void snapshot();
  /// Restores the snapshot.
  void restore();

  /// Sets weights and biases to those of `layers`, which must have the shape of this head.
  void set_layers(std::span<const Head::Layer> layers);
  /// Returns the layers without padding.
  std::vector<Head::Layer> layers() const;

 private:
  struct Layer {
    std::size_t inputs, outputs;
    std::vector<float> weight, bias;   ///< [outputs, inputs] and padded_columns(outputs).
    std::vector<float> first, second;  ///< Adam's moments of `weight`.
    std::vector<float> bias_first, bias_second;
    /// `weight` in the layouts for forward() and backward().
    std::vector<float> packed, packed_back;
    std::vector<float> packed_inputs;  ///< The batch's inputs, for the gradients of `weight`.
    std::vector<float> snapshot_weight, snapshot_bias;
  };
  /// Units `first` to `first` + `count` - 1 of a layer.
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
