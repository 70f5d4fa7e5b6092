#pragma once

#include <cstdint>
#include <vector>

#include "core/json.h"

namespace m2v::distillation {

/// The special tokens that the teacher expects around a text.
struct Template {
  std::vector<std::uint32_t> before, after;
};

/// Reads them from the post-processor of a tokenizer.json: the first and the last item of the
/// `single` template if those are special tokens; cls and sep of the Bert and Roberta processors;
/// whatever a Sequence holds of these. None without a post-processor. Throws FormatError for a
/// post-processor of another type.
Template read_template(const core::JsonAt& tokenizer);

}  // namespace m2v::distillation
