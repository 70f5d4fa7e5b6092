#pragma once

#include "distill/random_texts.h"
#include "distill/reduce.h"
#include "m2v/types.h"

namespace m2v::distillation {

/// Computes table rows whose mean over a text approximates the teacher's vector of that text;
/// reduce(), in contrast, considers single tokens only. It fits the linear map from `states`
/// [tokens, any width], averaged over the tokens of each text, to `targets` [texts, dim] by
/// regularized least squares, and projects onto the principal components of the targets that `rule`
/// keeps. The result has one row per token.
Reduced fit(const Matrix& states, const RandomTexts& texts, const Matrix& targets,
            const Reduction& rule, unsigned threads, const base::Events& events);

}  // namespace m2v::distillation
