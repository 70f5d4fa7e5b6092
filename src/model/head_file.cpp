#include "embed/head_file.h"

#include <array>
#include <cerrno>
#include <span>
#include <utility>

#include "m2v/error.h"
#include "store/safetensors.h"

namespace m2v::embed {
namespace {

constexpr std::array<std::string_view, 3> kActivations = {"softmax", "sigmoid", "identity"};

std::string tensor_name(std::size_t layer, std::string_view what) {
  return "head." + std::to_string(layer) + "." + std::string(what);
}

Head::Activation read_activation(const core::JsonAt& config) {
  const core::JsonAt at = config.at("activation");
  for (std::size_t i = 0; i < kActivations.size(); ++i) {
    if (at.string() == kActivations[i]) return static_cast<Head::Activation>(i);
  }
  at.fail("softmax, sigmoid or identity is expected");
}

/// Names as they are, or integers; not both, since they could not be sorted.
Classes read_classes(const core::JsonAt& config) {
  Classes classes;
  const auto at = config.get("classes");
  if (!at) return classes;
  const auto elements = at->elements();
  classes.integers = !elements.empty() && elements.front().value().is_integer();
  for (const core::JsonAt& element : elements) {
    classes.names.push_back(classes.integers ? std::to_string(element.integer())
                                             : element.string());
  }
  return classes;
}

Head::Layer read_layer(const store::SafetensorsFile& file, std::size_t index) {
  const store::TensorView& weight = file.at(tensor_name(index, "weight"));
  const store::TensorView& bias = file.at(tensor_name(index, "bias"));
  if (weight.shape.size() != 2 || weight.shape[0] == 0 || weight.shape[1] == 0) {
    throw FormatError(file.path(), weight.name, "no matrix [outputs, inputs]");
  }
  if (bias.shape != std::vector{weight.shape[0]}) {
    throw FormatError(
        file.path(), bias.name,
        "not one value an output, of which there are " + std::to_string(weight.shape[0]));
  }
  return {{store::to_float32(weight, file.path()), weight.shape[0], weight.shape[1]},
          store::to_float32(bias, file.path())};
}

}  // namespace

Head read_head(const store::ModelFolder& model) {
  const std::string path = model.files.path(kHeadFile);
  if (!model.files.has(kHeadFile))
    throw IoError("no head (m2v fit makes one): cannot open", path, ENOENT);
  const core::JsonAt config = core::JsonAt(model.config, model.config_path).at(kHeadConfig);
  const auto file = store::SafetensorsFile::parse(model.files.open(kHeadFile), path);
  Head head{.layers = {}, .activation = read_activation(config), .classes = read_classes(config)};
  const core::JsonAt layers = config.at("n_layers");
  if (layers.natural() > file.tensors().size()) {
    layers.fail(path + " has " + std::to_string(file.tensors().size()) + " tensors");
  }
  for (std::size_t i = 0; i < layers.natural(); ++i) head.layers.push_back(read_layer(file, i));
  return head;
}

core::Json head_config(const Head& head) {
  core::Json classes(nullptr);
  if (!head.classes.names.empty()) {
    core::Json::Array names;
    for (const std::string& name : head.classes.names) {
      names.push_back(head.classes.integers ? core::Json(std::int64_t{std::stoll(name)})
                                            : core::Json(name));
    }
    classes = std::move(names);
  }
  core::Json::Object config;
  config.emplace_back("n_layers", static_cast<std::int64_t>(head.layers.size()));
  config.emplace_back("activation", kActivations[static_cast<std::size_t>(head.activation)]);
  config.emplace_back("classes", std::move(classes));
  return config;
}

std::vector<store::TensorView> head_tensors(const Head& head) {
  std::vector<store::TensorView> tensors;
  for (std::size_t i = 0; i < head.layers.size(); ++i) {
    const Head::Layer& layer = head.layers[i];
    tensors.push_back({tensor_name(i, "weight"),
                       store::TensorType::kF32,
                       {layer.weight.rows, layer.weight.cols},
                       std::as_bytes(std::span(layer.weight.data))});
    tensors.push_back({tensor_name(i, "bias"),
                       store::TensorType::kF32,
                       {layer.bias.size()},
                       std::as_bytes(std::span(layer.bias))});
  }
  return tensors;
}

}  // namespace m2v::embed
