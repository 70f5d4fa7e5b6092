#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "base/json.h"
#include "reference/bert_reference.h"

// Straightforward transformers in float64, with which the encoder's families are compared. A family
// is a function from ids to hidden states that looks up its weights by name; a weight that does not
// exist yet is drawn at random, so that running a family once creates a model of it.
namespace m2v::reference {

using Rows = std::vector<Doubles>;
using Ids = std::vector<std::uint32_t>;

/// The weights of a model, created on first use, and layers that use them by name.
class ReferenceModel {
 public:
  explicit ReferenceModel(unsigned seed) : random_(seed) {}

  /// Returns the weight of that name, or creates a random one of that shape. Valid as long as this
  /// object.
  const std::vector<float>& weight(const std::string& name, std::vector<std::size_t> shape,
                                   double mean = 0) {
    const auto found = model_.weights.find(name);
    if (found != model_.weights.end()) return found->second.values;
    std::size_t count = 1;
    for (const std::size_t size : shape) count *= size;
    std::normal_distribution<float> normal(static_cast<float>(mean), 0.2f);
    Weight made{std::move(shape), std::vector<float>(count)};
    for (float& value : made.values) value = normal(random_);
    return model_.weights.emplace(name, std::move(made)).first->second.values;
  }

  /// Looks up rows of an embedding table [count, dim].
  Rows embed(const std::string& name, const Ids& rows, std::size_t count, std::size_t dim) {
    const auto& table = weight(name + ".weight", {count, dim});
    Rows result;
    for (const std::uint32_t row : rows) {
      const auto begin = table.begin() + static_cast<std::ptrdiff_t>(row * dim);
      result.emplace_back(begin, begin + static_cast<std::ptrdiff_t>(dim));
    }
    return result;
  }

  Rows linear(const Rows& x, const std::string& name, std::size_t outputs, bool bias = true) {
    const std::size_t inputs = x[0].size();
    const auto& matrix = weight(name + ".weight", {outputs, inputs});
    const std::vector<float> shift =
        bias ? weight(name + ".bias", {outputs}) : std::vector<float>(outputs);
    Rows result;
    for (const Doubles& row : x) {
      Doubles out(shift.begin(), shift.end());
      for (std::size_t o = 0; o < outputs; ++o) {
        for (std::size_t i = 0; i < inputs; ++i) out[o] += row[i] * matrix[o * inputs + i];
      }
      result.push_back(out);
    }
    return result;
  }

  Rows layer_norm(Rows x, const std::string& name, double epsilon, bool bias = true) {
    const std::size_t dim = x[0].size();
    const auto scale = weight(name + ".weight", {dim}, 1);
    const auto shift = bias ? weight(name + ".bias", {dim}) : std::vector<float>(dim);
    for (Doubles& row : x) reference::layer_norm(row, scale, shift, epsilon);
    return x;
  }

  /// Normalizes each group of `dim` values in a row, or whole rows if `dim` is 0.
  Rows rms_norm(Rows x, const std::string& name, double epsilon, double offset = 0,
                std::size_t dim = 0) {
    if (dim == 0) dim = x[0].size();
    const auto scale = weight(name + ".weight", {dim}, 1 - offset);
    for (Doubles& row : x) {
      for (std::size_t begin = 0; begin < row.size(); begin += dim) {
        double square = 0;
        for (std::size_t i = 0; i < dim; ++i) square += row[begin + i] * row[begin + i];
        const double size = std::sqrt(square / static_cast<double>(dim) + epsilon);
        for (std::size_t i = 0; i < dim; ++i) {
          row[begin + i] = row[begin + i] / size * (scale[i] + offset);
        }
      }
    }
    return x;
  }

  const BertModel& model() const { return model_; }

 private:
  std::mt19937 random_;
  BertModel model_;
};

/// Adds b to a. If b has fewer rows than a, they are repeated.
inline Rows add(Rows a, const Rows& b) {
  for (std::size_t r = 0; r < a.size(); ++r) {
    for (std::size_t i = 0; i < a[r].size(); ++i) a[r][i] += b[r % b.size()][i];
  }
  return a;
}

inline double gelu(double x) { return x / 2 * (1 + std::erf(x / std::sqrt(2.0))); }
inline double gelu_tanh(double x) {
  return x / 2 * (1 + std::tanh(std::sqrt(2 / M_PI) * (x + 0.044715 * x * x * x)));
}
inline double silu(double x) { return x / (1 + std::exp(-x)); }
inline double relu(double x) { return x > 0 ? x : 0; }

inline Rows map(Rows x, double (*function)(double)) {
  for (Doubles& row : x) {
    for (double& value : row) value = function(value);
  }
  return x;
}

inline Rows multiply(Rows a, const Rows& b) {
  for (std::size_t r = 0; r < a.size(); ++r) {
    for (std::size_t i = 0; i < a[r].size(); ++i) a[r][i] *= b[r][i];
  }
  return a;
}

/// Returns `count` columns of x, from column `first` on.
inline Rows columns(const Rows& x, std::size_t first, std::size_t count) {
  Rows result;
  for (const Doubles& row : x) {
    const auto begin = row.begin() + static_cast<std::ptrdiff_t>(first);
    result.emplace_back(begin, begin + static_cast<std::ptrdiff_t>(count));
  }
  return result;
}

/// Applies rotary embeddings: rotates the pair (i, i + dim / 2) of every head by the position times
/// frequency(i).
inline Rows rotate(Rows x, std::size_t dim, const std::function<double(std::size_t)>& frequency) {
  for (std::size_t position = 0; position < x.size(); ++position) {
    for (std::size_t head = 0; head < x[position].size(); head += dim) {
      for (std::size_t i = 0; i < dim / 2; ++i) {
        double& a = x[position][head + i];
        double& b = x[position][head + i + dim / 2];
        const double angle = static_cast<double>(position) * frequency(i);
        const double turned = a * std::cos(angle) - b * std::sin(angle);
        b = a * std::sin(angle) + b * std::cos(angle);
        a = turned;
      }
    }
  }
  return x;
}

/// Returns the frequencies of rotary embeddings, in radians per position: base^(-2i / dim).
inline std::function<double(std::size_t)> frequencies(double base, std::size_t dim) {
  return [=](std::size_t i) {
    return std::pow(base, -2.0 * static_cast<double>(i) / static_cast<double>(dim));
  };
}

/// The shape of attention: which positions a query sees, and what is added to its scores.
struct Heads {
  std::size_t heads, kv_heads, dim;
  double scale;
  std::function<bool(long, long)> sees = [](long, long) { return true; };  ///< Of query, key.
  std::function<double(std::size_t, std::size_t, std::size_t)> bias =
      [](std::size_t, std::size_t, std::size_t) { return 0.0; };  ///< Of head, query, key.
};

/// Computes attention over one sequence. q and the result have `heads` heads of `dim` columns each;
/// k and v have `kv_heads`, each of which serves heads / kv_heads heads of q.
inline Rows multi_head(const Rows& q, const Rows& k, const Rows& v, const Heads& shape) {
  Rows result(q.size(), Doubles(shape.heads * shape.dim));
  for (std::size_t h = 0; h < shape.heads; ++h) {
    const std::size_t own = h * shape.dim;
    const std::size_t shared = h / (shape.heads / shape.kv_heads) * shape.dim;
    for (std::size_t i = 0; i < q.size(); ++i) {
      Doubles weights(k.size());
      double sum = 0;
      for (std::size_t j = 0; j < k.size(); ++j) {
        if (!shape.sees(static_cast<long>(i), static_cast<long>(j))) continue;
        double score = 0;
        for (std::size_t c = 0; c < shape.dim; ++c) score += q[i][own + c] * k[j][shared + c];
        weights[j] = std::exp(score * shape.scale + shape.bias(h, i, j));
        sum += weights[j];
      }
      for (std::size_t j = 0; j < k.size(); ++j) {
        for (std::size_t c = 0; c < shape.dim; ++c) {
          result[i][own + c] += weights[j] / sum * v[j][shared + c];
        }
      }
    }
  }
  return result;
}

}  // namespace m2v::reference
