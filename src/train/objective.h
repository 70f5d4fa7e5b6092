#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <variant>
#include <vector>

#include "m2v/types.h"

// What is made small, one target an example. All losses are means over the batch, as the reference
// has them (model2vec.train).
namespace m2v::train {

/// One class each: cross-entropy, or focal loss for a gamma above 0 (Lin et al., 2017).
struct ClassTargets {
  std::vector<std::uint32_t> classes;
  std::vector<float> weights = {};  ///< By class; empty: all 1. The mean divides by their sum.
  float gamma = 0;
};

/// Any number of labels each: binary cross-entropy, or its focal loss.
struct LabelTargets {
  std::vector<std::uint32_t> labels;
  std::vector<std::size_t> offsets;          ///< Example e has labels[offsets[e]] and following.
  std::vector<float> positive_weights = {};  ///< By label; empty: all 1.
  float gamma = 0;
};

/// A vector each: those of the first examples in one matrix, of those for validation in another.
struct VectorTargets {
  MatrixView vectors;
  MatrixView validation = {};
  bool cosine = false;  ///< 1 minus the cosine; otherwise the mean square error.
};

/// A second text each, to be nearer than the other examples' second texts (InfoNCE). The batch's
/// outputs are first those of the first texts, then those of the second.
struct PairTargets {
  std::vector<std::uint32_t> first, second;  ///< Numbers of the texts: equal texts have equal ones.
  float temperature = 0.05f;
};

using Targets = std::variant<ClassTargets, LabelTargets, VectorTargets, PairTargets>;

/// A batch's outputs, [rows, width] of which `columns` count.
struct Outputs {
  std::span<const std::size_t> examples;
  const float* values = nullptr;
  std::size_t width = 0, columns = 0;
  unsigned threads = 0;
};

/// Of a batch: the mean loss, and the sum of what is right.
struct Loss {
  double loss = 0;
  double accuracy = 0;  ///< Classes that are right, or each example's Jaccard index.
};

/// The loss of a batch and, unless `gradients` is null, its gradients with respect to the outputs,
/// [rows, width]; columns that do not count are left alone.
Loss batch_loss(const Targets& targets, const Outputs& outputs, float* gradients);

/// InfoNCE, which is a file of its own.
Loss pair_loss(const PairTargets& targets, const Outputs& outputs, float* gradients);

}  // namespace m2v::train
