#pragma once

#include <string_view>
#include <vector>

#include "m2v/explain.h"
#include "model/token_reader.h"

namespace m2v::model {

/// Computes explanations for a series of texts; the head's weights are packed once. The trained
/// must outlive it. Not thread-safe.
class Explainer {
 public:
  explicit Explainer(const ModelWithHead& trained);

  /// Explains the outputs of one text (m2v::explain()).
  OutputExplanation explain(std::string_view text);

 private:
  struct Layer {
    std::size_t inputs, outputs;
    std::vector<float> forward, backward;  ///< The weight and its transpose, packed for simd.
    std::vector<float> bias;               ///< Padded to simd::padded_columns(outputs).
    /// Outputs of the last run(), [simd::kRowGroup, outputs]; row 0 belongs to the text.
    std::vector<float> made;
  };

  /// Runs the head on a text's vector. Returns its outputs before the activation, and keeps the
  /// outputs of each layer for slopes().
  std::vector<float> run(std::vector<float> vector);
  /// Returns the derivative of each output with respect to the text's vector, [outputs, dim], with
  /// the hidden units switched on or off as in the last run(). Sets `constant` to the outputs,
  /// [outputs], that these units yield for the zero vector.
  Matrix slopes(std::vector<float>& constant);

  const ModelWithHead& trained_;
  TokenReader tokens_;
  std::vector<Layer> layers_;
};

}  // namespace m2v::model
