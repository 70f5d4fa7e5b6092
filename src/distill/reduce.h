#pragma once

#include <cstddef>
#include <vector>

#include "base/events.h"
#include "m2v/distill.h"
#include "m2v/types.h"
#include "math/pca.h"

namespace m2v::distillation {

/// A rule that selects dimensions and scales them. See DistillOptions.
struct Reduction {
  Pca pca;
  std::size_t drop_components = 0;
  double whitening = 0;
};

/// The result of a reduction.
struct Reduced {
  Matrix vectors;                   ///< [tokens, kept dimensions].
  double explained_variance = 1.0;  ///< The fraction that the kept components explain.
};

/// Applies the rule to vectors [tokens, dim]. Without PCA, or if there are too few rows for it
/// (with a warning), the vectors are returned unchanged. The options must be in range. Throws
/// std::invalid_argument if drop_components leaves no component.
Reduced reduce(Matrix vectors, const Reduction& rule, unsigned threads, const base::Events& events);

/// The components that a rule keeps, scaled.
struct Directions {
  std::vector<double> values;       ///< Row-major [kept dimensions, pca.dim].
  double explained_variance = 1.0;  ///< The fraction that the kept components explain.
};
/// Chooses the components that the rule keeps and scales them. With PcaNone, the result is the
/// identity. Throws std::invalid_argument as reduce() does.
Directions choose_directions(const math::Pca& pca, const Reduction& rule,
                             const base::Events& events);

}  // namespace m2v::distillation
