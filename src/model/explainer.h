#pragma once

#include <string_view>
#include <vector>

#include "embed/token_reader.h"
#include "m2v/explain.h"

namespace m2v::embed {

/// Explains one text after the other: what they have in common is made once. For one thread.
class Explainer {
 public:
  explicit Explainer(const Pipeline& pipeline);

  OutputExplanation explain(std::string_view text);

 private:
  struct Layer {
    std::size_t inputs, outputs;
    std::vector<float> forward, backward;  ///< The weight, packed for both directions.
    std::vector<float> bias;
    std::vector<float> made;  ///< What the layer made of the text.
  };

  std::vector<float> run(std::vector<float> vector);
  Matrix slopes(std::vector<float>& constant);

  const Pipeline& pipeline_;
  TokenReader tokens_;
  std::vector<Layer> layers_;
};

}  // namespace m2v::embed
