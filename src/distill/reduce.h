#pragma once

#include <cstddef>
#include <vector>

#include "core/events.h"
#include "m2v/distill.h"
#include "m2v/types.h"
#include "math/pca.h"

namespace m2v::distillation {

/// Which dimensions are kept, and how they are scaled: as in DistillOptions.
struct Reduction {
  Pca pca;
  std::size_t drop_components = 0;
  double whitening = 0;
};

struct Reduced {
  Matrix vectors;
  double explained_variance = 1.0;
};

/// Applies the rule: PCA where it asks for it and there are enough rows (else a warning, and the
/// vectors as they are). Options in range; throws std::invalid_argument if no component would be
/// left.
Reduced reduce(Matrix vectors, const Reduction& rule, unsigned threads, const core::Events& events);

/// The components that the rule keeps of these, scaled: [count, pca.dim], and the fraction of the
/// variance that they explain. As for reduce(); PcaNone keeps the dimensions as they are.
struct Directions {
  std::vector<double> values;
  double explained_variance = 1.0;
};
Directions choose_directions(const math::Pca& pca, const Reduction& rule,
                             const core::Events& events);

}  // namespace m2v::distillation
