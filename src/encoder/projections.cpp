#include "encoder/projections.h"

#include <algorithm>

namespace m2v::encoder {

Projection Projection::read(const Checkpoint& weights, const std::string& name, std::size_t inputs,
                            std::size_t outputs, Bias bias) {
  Projection result{.weight = weights.read(name + ".weight", {outputs, inputs}),
                    .bias = {},
                    .inputs = inputs,
                    .outputs = outputs};
  if (bias == Bias::kRequired || (bias == Bias::kOptional && weights.has(name + ".bias"))) {
    result.bias = weights.read(name + ".bias", {outputs});
  }
  return result;
}

Projection Projection::stack(std::span<const Projection> parts) {
  Projection result;
  result.inputs = parts.front().inputs;
  const bool with_bias =
      std::ranges::any_of(parts, [](const Projection& part) { return !part.bias.empty(); });
  for (const Projection& part : parts) {
    result.weight.insert(result.weight.end(), part.weight.begin(), part.weight.end());
    result.outputs += part.outputs;
    if (!with_bias) continue;
    result.bias.insert(result.bias.end(), part.bias.begin(), part.bias.end());
    result.bias.resize(result.outputs);
  }
  return result;
}

Projection Projection::slice(std::size_t first, std::size_t count) const {
  const auto part = [](const std::vector<float>& values, std::size_t from, std::size_t size) {
    const auto begin = values.begin() + static_cast<std::ptrdiff_t>(from);
    return std::vector<float>(begin, begin + static_cast<std::ptrdiff_t>(size));
  };
  return {.weight = part(weight, first * inputs, count * inputs),
          .bias = bias.empty() ? std::vector<float>() : part(bias, first, count),
          .inputs = inputs,
          .outputs = count};
}

}  // namespace m2v::encoder
