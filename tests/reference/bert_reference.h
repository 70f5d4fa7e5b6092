#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "base/json.h"
#include "formats/safetensors.h"

// A straightforward BERT in float64, for small random models that a test writes to a folder.
namespace m2v::reference {

using Doubles = std::vector<double>;

/// The sizes of a model, as in its config.json.
struct BertShape {
  std::size_t hidden = 24, heads = 3, layers = 2, intermediate = 40;
  std::size_t vocabulary = 50, positions = 20, types = 2;
  std::string activation = "gelu";
  double epsilon = 1e-12;
};

/// A tensor of a checkpoint, row-major.
struct Weight {
  std::vector<std::size_t> shape;
  std::vector<float> values;
};

struct BertModel {
  BertShape shape;
  std::map<std::string, Weight> weights;
};

/// Returns a model with random weights, which depend on the seed alone.
inline BertModel random_bert(const BertShape& shape, unsigned seed) {
  std::mt19937 random(seed);
  BertModel model{shape, {}};
  const auto add = [&](const std::string& name, std::vector<std::size_t> size, double mean) {
    Weight weight{size, {}};
    std::size_t count = 1;
    for (const std::size_t n : size) count *= n;
    std::normal_distribution<float> normal(static_cast<float>(mean), 0.2f);
    for (std::size_t i = 0; i < count; ++i) weight.values.push_back(normal(random));
    model.weights[name] = weight;
  };
  const auto add_linear = [&](const std::string& name, std::size_t out, std::size_t in) {
    add(name + ".weight", {out, in}, 0);
    add(name + ".bias", {out}, 0);
  };
  const auto add_norm = [&](const std::string& name) {
    add(name + ".weight", {shape.hidden}, 1);
    add(name + ".bias", {shape.hidden}, 0);
  };
  add("embeddings.word_embeddings.weight", {shape.vocabulary, shape.hidden}, 0);
  add("embeddings.position_embeddings.weight", {shape.positions, shape.hidden}, 0);
  add("embeddings.token_type_embeddings.weight", {shape.types, shape.hidden}, 0);
  add_norm("embeddings.LayerNorm");
  for (std::size_t i = 0; i < shape.layers; ++i) {
    const std::string layer = "encoder.layer." + std::to_string(i) + ".";
    for (const char* part : {"query", "key", "value"}) {
      add_linear(layer + "attention.self." + part, shape.hidden, shape.hidden);
    }
    add_linear(layer + "attention.output.dense", shape.hidden, shape.hidden);
    add_norm(layer + "attention.output.LayerNorm");
    add_linear(layer + "intermediate.dense", shape.intermediate, shape.hidden);
    add_linear(layer + "output.dense", shape.hidden, shape.intermediate);
    add_norm(layer + "output.LayerNorm");
  }
  add_linear("pooler.dense", shape.hidden, shape.hidden);
  return model;
}

inline base::Json bert_config(const BertShape& shape) {
  const auto number = [](std::size_t n) { return base::Json(static_cast<std::int64_t>(n)); };
  return base::Json::Object{{"model_type", "bert"},
                            {"vocab_size", number(shape.vocabulary)},
                            {"hidden_size", number(shape.hidden)},
                            {"num_hidden_layers", number(shape.layers)},
                            {"num_attention_heads", number(shape.heads)},
                            {"intermediate_size", number(shape.intermediate)},
                            {"hidden_act", shape.activation},
                            {"max_position_embeddings", number(shape.positions)},
                            {"type_vocab_size", number(shape.types)},
                            {"layer_norm_eps", shape.epsilon}};
}

/// Writes model.safetensors with float32 tensors, whose names get the given prefix.
inline void write_weights(const std::filesystem::path& folder, const BertModel& model,
                          const std::string& prefix = "") {
  std::vector<formats::TensorView> tensors;
  for (const auto& [name, weight] : model.weights) {
    tensors.push_back({.name = prefix + name,
                       .type = formats::TensorType::kF32,
                       .shape = weight.shape,
                       .bytes = std::as_bytes(std::span(weight.values))});
  }
  formats::write_safetensors(folder / "model.safetensors", tensors);
}

/// Writes config.json and model.safetensors.
inline void write_bert(const std::filesystem::path& folder, const BertModel& model) {
  std::ofstream(folder / "config.json") << bert_config(model.shape).dump(2);
  write_weights(folder, model);
}

// --- the forward pass ---

inline void layer_norm(Doubles& row, const std::vector<float>& weight,
                       const std::vector<float>& bias, double epsilon) {
  const auto n = static_cast<double>(row.size());
  double mean = 0, variance = 0;
  for (const double x : row) mean += x / n;
  for (const double x : row) variance += (x - mean) * (x - mean) / n;
  for (std::size_t i = 0; i < row.size(); ++i) {
    row[i] = (row[i] - mean) / std::sqrt(variance + epsilon) * weight[i] + bias[i];
  }
}

/// Computes one attention head over one sequence. q, k, v and the result are [length, dim].
inline std::vector<Doubles> attention(const std::vector<Doubles>& q, const std::vector<Doubles>& k,
                                      const std::vector<Doubles>& v) {
  std::vector<Doubles> result;
  for (const Doubles& query : q) {
    Doubles weights;
    double sum = 0;
    for (const Doubles& key : k) {
      double score = 0;
      for (std::size_t i = 0; i < query.size(); ++i) score += query[i] * key[i];
      weights.push_back(std::exp(score / std::sqrt(static_cast<double>(query.size()))));
      sum += weights.back();
    }
    Doubles mixed(v[0].size(), 0.0);
    for (std::size_t j = 0; j < v.size(); ++j) {
      for (std::size_t i = 0; i < mixed.size(); ++i) mixed[i] += weights[j] / sum * v[j][i];
    }
    result.push_back(mixed);
  }
  return result;
}

/// Applies an activation function, by its name in config.json.
inline double activate(const std::string& name, double x) {
  if (name == "gelu") return 0.5 * x * (1 + std::erf(x / std::sqrt(2.0)));
  if (name == "relu") return x > 0 ? x : 0;
  if (name == "silu") return x / (1 + std::exp(-x));
  const double inner = std::sqrt(2.0 / std::acos(-1.0)) * (x + 0.044715 * x * x * x);
  return 0.5 * x * (1 + std::tanh(inner));  // gelu_new, gelu_pytorch_tanh
}

inline Doubles linear(const BertModel& model, const std::string& name, const Doubles& x) {
  const Weight& weight = model.weights.at(name + ".weight");
  const Weight& bias = model.weights.at(name + ".bias");
  Doubles y;
  for (std::size_t o = 0; o < weight.shape[0]; ++o) {
    double sum = bias.values[o];
    for (std::size_t i = 0; i < x.size(); ++i) {
      sum += static_cast<double>(weight.values[o * x.size() + i]) * x[i];
    }
    y.push_back(sum);
  }
  return y;
}

inline void add_and_norm(const BertModel& model, const std::string& name, const Doubles& change,
                         Doubles& row) {
  for (std::size_t i = 0; i < row.size(); ++i) row[i] += change[i];
  layer_norm(row, model.weights.at(name + ".weight").values,
             model.weights.at(name + ".bias").values, model.shape.epsilon);
}

/// Returns the last hidden states of one sequence, one row per position.
inline std::vector<Doubles> hidden_states(const BertModel& model,
                                          const std::vector<std::uint32_t>& ids) {
  const BertShape& shape = model.shape;
  const auto value = [&](const char* name, std::size_t i) {
    return static_cast<double>(model.weights.at(name).values[i]);
  };
  std::vector<Doubles> x;
  for (std::size_t t = 0; t < ids.size(); ++t) {
    Doubles row(shape.hidden);
    for (std::size_t i = 0; i < shape.hidden; ++i) {
      row[i] = value("embeddings.word_embeddings.weight", ids[t] * shape.hidden + i) +
               value("embeddings.position_embeddings.weight", t * shape.hidden + i) +
               value("embeddings.token_type_embeddings.weight", i);
    }
    layer_norm(row, model.weights.at("embeddings.LayerNorm.weight").values,
               model.weights.at("embeddings.LayerNorm.bias").values, shape.epsilon);
    x.push_back(row);
  }
  const std::size_t head_dim = shape.hidden / shape.heads;
  for (std::size_t l = 0; l < shape.layers; ++l) {
    const std::string layer = "encoder.layer." + std::to_string(l) + ".";
    std::vector<Doubles> context(x.size(), Doubles(shape.hidden));
    for (std::size_t h = 0; h < shape.heads; ++h) {
      const auto project = [&](const char* part) {
        std::vector<Doubles> head;
        for (const Doubles& row : x) {
          const Doubles all = linear(model, layer + "attention.self." + part, row);
          const auto from = all.begin() + static_cast<std::ptrdiff_t>(h * head_dim);
          head.emplace_back(from, from + static_cast<std::ptrdiff_t>(head_dim));
        }
        return head;
      };
      const auto mixed = attention(project("query"), project("key"), project("value"));
      for (std::size_t t = 0; t < x.size(); ++t) {
        for (std::size_t i = 0; i < head_dim; ++i) context[t][h * head_dim + i] = mixed[t][i];
      }
    }
    for (std::size_t t = 0; t < x.size(); ++t) {
      add_and_norm(model, layer + "attention.output.LayerNorm",
                   linear(model, layer + "attention.output.dense", context[t]), x[t]);
      Doubles intermediate_size = linear(model, layer + "intermediate.dense", x[t]);
      for (double& v : intermediate_size) v = activate(shape.activation, v);
      add_and_norm(model, layer + "output.LayerNorm",
                   linear(model, layer + "output.dense", intermediate_size), x[t]);
    }
  }
  return x;
}

/// Returns the output of the pooler for the first position.
inline Doubles pooler(const BertModel& model, const std::vector<Doubles>& states) {
  Doubles result = linear(model, "pooler.dense", states[0]);
  for (double& x : result) x = std::tanh(x);
  return result;
}

/// Returns the mean of the rows.
inline Doubles mean(const std::vector<Doubles>& rows) {
  Doubles result(rows[0].size(), 0.0);
  for (const Doubles& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      result[i] += row[i] / static_cast<double>(rows.size());
    }
  }
  return result;
}

}  // namespace m2v::reference
