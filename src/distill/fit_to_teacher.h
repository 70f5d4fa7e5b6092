#pragma once

#include "distill/random_texts.h"
#include "distill/reduce.h"
#include "m2v/types.h"

namespace m2v::distillation {

/// Rows whose means over a text are near to the teacher's vector of it, where reduce() looks at the
/// tokens alone: the linear map from `states` [tokens, any width], pooled over the texts, to
/// `targets` [texts, dim] with the least squared errors, onto the components of the targets.
Reduced fit(const Matrix& states, const RandomTexts& texts, const Matrix& targets,
            const Reduction& rule, unsigned threads, const core::Events& events);

}  // namespace m2v::distillation
