#include "model/head_file.h"

#include <array>
#include <cerrno>
#include <span>
#include <utility>

#include "formats/safetensors.h"
#include "m2v/error.h"

namespace m2v::model {
namespace {

constexpr std::array<std::string_view, 3> kActivations = {"softmax", "sigmoid", "identity"};

std::string tensor_name(std::size_t layer, std::string_view what) {
  return "head." + std::to_string(layer) + "." + std::string(what);
}

Head::Activation read_activation(const base::JsonAt& config) {
  const base::JsonAt at = config.at("activation");
  for (std::size_t i = 0; i < kActivations.size(); ++i) {
    if (at.string() == kActivations[i]) return static_cast<Head::Activation>(i);
  }
  at.fail("expected softmax, sigmoid or identity");
}

/// Reads the classes: all strings or all integers, since a mixture could not be sorted.
Classes read_classes(const base::JsonAt& config) {
  Classes classes;
  const auto at = config.get("classes");
  if (!at) return classes;
  const auto elements = at->elements();
  classes.integers = !elements.empty() && elements.front().value().is_integer();
  for (const base::JsonAt& element : elements) {
    classes.names.push_back(classes.integers ? std::to_string(element.integer())
                                             : element.string());
  }
  return classes;
}

Head::Layer read_layer(const formats::SafetensorsFile& file, std::size_t index) {
  const formats::TensorView& weight = file.at(tensor_name(index, "weight"));
  const formats::TensorView& bias = file.at(tensor_name(index, "bias"));
  if (weight.shape.size() != 2 || weight.shape[0] == 0 || weight.shape[1] == 0) {
    throw FormatError(file.path(), weight.name, "expected a matrix [outputs, inputs]");
  }
  if (bias.shape != std::vector{weight.shape[0]}) {
    throw FormatError(
        file.path(), bias.name,
        "not one value an output, of which there are " + std::to_string(weight.shape[0]));
  }
  return {{formats::to_float32(weight, file.path()), weight.shape[0], weight.shape[1]},
          formats::to_float32(bias, file.path())};
}

}  // namespace

Head read_head(const model::ModelFolder& model) {
  const std::string path = model.files.path(kHeadFile);
  if (!model.files.has(kHeadFile))
    throw IoError("no head (m2v fit makes one): cannot open", path, ENOENT);
  const base::JsonAt config = base::JsonAt(model.config, model.config_path).at(kHeadConfig);
  const auto file = formats::SafetensorsFile::parse(model.files.open(kHeadFile), path);
  Head head{.layers = {}, .activation = read_activation(config), .classes = read_classes(config)};
  const base::JsonAt layers = config.at("n_layers");
  if (layers.natural() > file.tensors().size()) {
    layers.fail(path + " has " + std::to_string(file.tensors().size()) + " tensors");
  }
  for (std::size_t i = 0; i < layers.natural(); ++i) head.layers.push_back(read_layer(file, i));
  return head;
}

base::Json head_config(const Head& head) {
  base::Json classes(nullptr);
  if (!head.classes.names.empty()) {
    base::Json::Array names;
    for (const std::string& name : head.classes.names) {
      names.push_back(head.classes.integers ? base::Json(std::int64_t{std::stoll(name)})
                                            : base::Json(name));
    }
    classes = std::move(names);
  }
  base::Json::Object config;
  config.emplace_back("n_layers", static_cast<std::int64_t>(head.layers.size()));
  config.emplace_back("activation", kActivations[static_cast<std::size_t>(head.activation)]);
  config.emplace_back("classes", std::move(classes));
  return config;
}

std::vector<formats::TensorView> head_tensors(const Head& head) {
  std::vector<formats::TensorView> tensors;
  for (std::size_t i = 0; i < head.layers.size(); ++i) {
    const Head::Layer& layer = head.layers[i];
    tensors.push_back({tensor_name(i, "weight"),
                       formats::TensorType::kF32,
                       {layer.weight.rows, layer.weight.cols},
                       std::as_bytes(std::span(layer.weight.data))});
    tensors.push_back({tensor_name(i, "bias"),
                       formats::TensorType::kF32,
                       {layer.bias.size()},
                       std::as_bytes(std::span(layer.bias))});
  }
  return tensors;
}

}  // namespace m2v::model
