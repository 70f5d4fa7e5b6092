#include "encoder/activation.h"

namespace m2v::encoder {

Activation activation_from_json(const base::JsonAt& name) {
  const std::string& text = name.string();
  if (text == "gelu") return Activation::kGelu;
  if (text == "gelu_new" || text == "gelu_pytorch_tanh") return Activation::kGeluTanh;
  if (text == "relu") return Activation::kRelu;
  if (text == "silu" || text == "swish") return Activation::kSilu;
  if (text == "tanh") return Activation::kTanh;
  name.fail("activation \"" + text +
            "\" is not known; known are gelu, gelu_new, gelu_pytorch_tanh, relu, silu, tanh");
}

}  // namespace m2v::encoder
