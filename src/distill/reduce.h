#pragma once

#include "core/events.h"
#include "m2v/distill.h"
#include "m2v/types.h"

namespace m2v::distillation {

struct Reduced {
  Matrix vectors;
  double explained_variance = 1.0;
};

/// Applies the rule for dimensions: PCA where it asks for it and there are enough rows (else a
/// warning, and the vectors as they are). Options in range.
Reduced reduce(Matrix vectors, const Pca& rule, unsigned threads, const core::Events& events);

}  // namespace m2v::distillation
