#pragma once

#include <vector>

#include "core/json.h"
#include "store/model_card.h"
#include "store/safetensors.h"

namespace m2v::store {

/// What the tensors and the config say about a model: its sizes, and how it was distilled.
/// `texts_per_second` was measured on one thread; 0: it was not.
CardFacts card_facts(const std::vector<TensorView>& tensors, const core::Json& config,
                     double texts_per_second = 0);

}  // namespace m2v::store
