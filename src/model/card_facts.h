#pragma once

#include <vector>

#include "base/json.h"
#include "formats/safetensors.h"
#include "model/model_card.h"

namespace m2v::model {

/// Returns the facts that a model card lists: the sizes of the tensors, in megabytes and rows, and
/// the members of config.json that record how the model was distilled. `texts_per_second` is the
/// encoding speed measured on one thread; below 1, the card has no speed.
CardFacts card_facts(const std::vector<formats::TensorView>& tensors, const base::Json& config,
                     double texts_per_second = 0);

}  // namespace m2v::model
