#include "train/objective.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/thread_pool.h"

namespace m2v::train {
namespace {

/// Examples per task of a parallel loop.
constexpr std::size_t kExamplesPerTask = 32;
constexpr double kMinNorm = 1e-12;

/// The focal loss (1 - p)^gamma * nll for nll = -log p, and its derivative with respect to nll.
struct Focal {
  double loss, slope;
};

Focal focal(double nll, double gamma) {
  if (gamma == 0) return {nll, 1};
  const double miss =
      std::max(-std::expm1(-nll), static_cast<double>(std::numeric_limits<float>::min()));
  const double factor = std::pow(miss, gamma);
  return {factor * nll, factor + gamma * factor / miss * (1 - miss) * nll};
}

struct Example {
  /// The number of the example.
  std::size_t index;
  const float* values;  ///< `columns` values.
  float* gradients;     ///< Same shape as `values`; may be null.
  std::size_t columns;
};

/// `total` is the divisor of the batch's sum.
Loss example_loss(const ClassTargets& targets, const Example& example, double total) {
  const std::uint32_t right = targets.classes[example.index];
  const double weight = targets.weights.empty() ? 1.0 : targets.weights[right];
  const float* values = example.values;
  const float* best = std::max_element(values, values + example.columns);
  double sum = 0;
  for (std::size_t c = 0; c < example.columns; ++c) {
    sum += std::exp(static_cast<double>(values[c]) - *best);
  }
  const double nll = std::log(sum) - (static_cast<double>(values[right]) - *best);
  const Focal loss = focal(nll, targets.gamma);
  if (example.gradients != nullptr) {
    const double scale = loss.slope * weight / total;
    for (std::size_t c = 0; c < example.columns; ++c) {
      const double chance = std::exp(static_cast<double>(values[c]) - *best) / sum;
      example.gradients[c] = static_cast<float>(scale * (chance - (c == right ? 1 : 0)));
    }
  }
  return {loss.loss * weight / total, best == values + right ? 1.0 : 0.0};
}

double softplus(double x) { return std::max(x, 0.0) + std::log1p(std::exp(-std::abs(x))); }

Loss example_loss(const LabelTargets& targets, const Example& example, double total) {
  const auto labels =
      std::span(targets.labels)
          .subspan(targets.offsets[example.index],
                   targets.offsets[example.index + 1] - targets.offsets[example.index]);
  const auto is_set = [&](std::size_t c) {
    return std::find(labels.begin(), labels.end(), c) != labels.end();
  };
  double loss = 0;
  std::size_t both = 0, any = 0;
  for (std::size_t c = 0; c < example.columns; ++c) {
    const bool set = is_set(c), guessed = example.values[c] > 0;
    const double x = set ? example.values[c] : -static_cast<double>(example.values[c]);
    const double nll = softplus(-x);
    const double weight =
        set && !targets.positive_weights.empty() ? targets.positive_weights[c] : 1;
    const Focal one = focal(nll, targets.gamma);
    loss += weight * one.loss;
    both += set && guessed ? 1 : 0;
    any += set || guessed ? 1 : 0;
    if (example.gradients != nullptr) {
      const double miss = -std::expm1(-nll);  // the sigmoid of -x
      example.gradients[c] = static_cast<float>((set ? -miss : miss) * weight * one.slope / total);
    }
  }
  return {loss / total, any == 0 ? 0.0 : static_cast<double>(both) / static_cast<double>(any)};
}

Loss square_loss(std::span<const float> target, const Example& example, double total) {
  double loss = 0;
  for (std::size_t c = 0; c < example.columns; ++c) {
    const double error = static_cast<double>(example.values[c]) - target[c];
    loss += error * error / total;
    if (example.gradients != nullptr) example.gradients[c] = static_cast<float>(2 * error / total);
  }
  return {loss, 0};
}

Loss cosine_loss(std::span<const float> target, const Example& example, double total) {
  double dot = 0, square = 0, target_square = 0;
  for (std::size_t c = 0; c < example.columns; ++c) {
    const double x = example.values[c], y = target[c];
    dot += x * y;
    square += x * x;
    target_square += y * y;
  }
  const double norm = std::max(std::sqrt(square), kMinNorm);
  const double target_norm = std::max(std::sqrt(target_square), kMinNorm);
  const double cosine = dot / norm / target_norm;
  if (example.gradients != nullptr) {
    for (std::size_t c = 0; c < example.columns; ++c) {
      const double across = target[c] / target_norm - cosine * example.values[c] / norm;
      example.gradients[c] = static_cast<float>(-across / norm / total);
    }
  }
  return {(1 - cosine) / total, 0};
}

Loss example_loss(const VectorTargets& targets, const Example& example, double total) {
  const std::size_t own = targets.vectors.rows;
  const auto target = example.index < own ? targets.vectors.row(example.index)
                                          : targets.validation.row(example.index - own);
  return targets.cosine ? cosine_loss(target, example, total) : square_loss(target, example, total);
}

double total_of(const ClassTargets& targets, const Outputs& outputs) {
  if (targets.weights.empty()) return static_cast<double>(outputs.examples.size());
  double total = 0;
  for (const std::size_t e : outputs.examples) total += targets.weights[targets.classes[e]];
  return total;
}

double total_of(const LabelTargets&, const Outputs& outputs) {
  return static_cast<double>(outputs.examples.size() * outputs.columns);
}

double total_of(const VectorTargets& targets, const Outputs& outputs) {
  return static_cast<double>(outputs.examples.size() * (targets.cosine ? 1 : outputs.columns));
}

/// Sums the losses of examples that are independent of each other.
template <typename T>
Loss sum_of_examples(const T& targets, const Outputs& outputs, float* gradients) {
  const std::size_t count = outputs.examples.size();
  const double total = total_of(targets, outputs);
  std::vector<Loss> sums(base::blocks_of(count, kExamplesPerTask));
  base::parallel_for(sums.size(), outputs.threads, [&](std::size_t block, unsigned) {
    for (std::size_t i = block * kExamplesPerTask;
         i < std::min(count, (block + 1) * kExamplesPerTask); ++i) {
      const Loss one =
          example_loss(targets,
                       {.index = outputs.examples[i],
                        .values = outputs.values + i * outputs.width,
                        .gradients = gradients == nullptr ? nullptr : gradients + i * outputs.width,
                        .columns = outputs.columns},
                       total);
      sums[block].loss += one.loss;
      sums[block].accuracy += one.accuracy;
    }
  });
  Loss sum;
  for (const Loss& block : sums) {
    sum.loss += block.loss;
    sum.accuracy += block.accuracy;
  }
  return sum;
}

}  // namespace

Loss batch_loss(const Targets& targets, const Outputs& outputs, float* gradients) {
  return std::visit(
      [&]<typename T>(const T& kind) {
        if constexpr (std::is_same_v<T, PairTargets>) {
          return pair_loss(kind, outputs, gradients);
        } else {
          return sum_of_examples(kind, outputs, gradients);
        }
      },
      targets);
}

}  // namespace m2v::train
