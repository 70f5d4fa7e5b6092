#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <variant>
#include <vector>

#include "m2v/types.h"

// The losses that training minimizes, with one target per example. All losses are means over the
// batch, as in model2vec.train.
namespace m2v::train {

/// One class per example: cross-entropy, or focal loss if gamma is above 0 (Lin et al., 2017).
struct ClassTargets {
  std::vector<std::uint32_t> classes;  ///< By example.
  /// By class; empty: all 1. The mean is weighted: it divides by the sum of the examples' weights.
  std::vector<float> weights = {};
  float gamma = 0;  ///< The exponent of the focal loss; 0: cross-entropy.
};

/// Any number of labels per example: binary cross-entropy, or its focal loss.
struct LabelTargets {
  std::vector<std::uint32_t> labels;
  /// The labels of example e are labels[offsets[e]] to labels[offsets[e + 1] - 1].
  std::vector<std::size_t> offsets;
  std::vector<float> positive_weights = {};  ///< By label; empty: all 1.
  float gamma = 0;  ///< The exponent of the focal loss; 0: binary cross-entropy.
};

/// One vector per example. The first vectors.rows examples have their vectors in `vectors`, the
/// validation examples after them in `validation`.
struct VectorTargets {
  MatrixView vectors;
  MatrixView validation = {};
  bool cosine = false;  ///< 1 minus the cosine; otherwise the mean squared error.
};

/// One partner text per example, which should be nearer than the other examples' partners
/// (InfoNCE). The rows of the batch's outputs are first those of the first texts, then those of the
/// second.
struct PairTargets {
  /// By example: identifiers of the two texts; equal texts have equal identifiers.
  std::vector<std::uint32_t> first, second;
  float temperature = 0.05f;  ///< The divisor of the cosines.
};

using Targets = std::variant<ClassTargets, LabelTargets, VectorTargets, PairTargets>;

/// The outputs of a batch.
struct Outputs {
  std::span<const std::size_t> examples;  ///< The numbers of the examples.
  const float* values = nullptr;          ///< [rows, width]
  std::size_t width = 0, columns = 0;     ///< Only the first `columns` values of a row count.
  unsigned threads = 0;                   ///< 0: as many as the machine has.
};

/// The loss of a batch.
struct Loss {
  double loss = 0;  ///< The mean over the batch.
  /// A sum over the batch: 1 for each correct class, or the Jaccard index of each example's labels.
  double accuracy = 0;
};

/// Returns the loss of a batch. Unless `gradients` is null, it receives the gradients with respect
/// to the outputs, [rows, width]; columns that do not count are left unchanged.
Loss batch_loss(const Targets& targets, const Outputs& outputs, float* gradients);

/// The case of batch_loss() for InfoNCE.
Loss pair_loss(const PairTargets& targets, const Outputs& outputs, float* gradients);

}  // namespace m2v::train
