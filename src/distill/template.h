#pragma once

#include <cstdint>
#include <vector>

#include "base/json.h"

namespace m2v::distillation {

/// The ids of the special tokens that the teacher expects around a text.
struct Template {
  std::vector<std::uint32_t> before, after;
};

/// Reads the special tokens from the post-processor of a tokenizer.json: the first and the last
/// item of the `single` template if those are special tokens; cls and sep of the Bert and Roberta
/// processors; for a Sequence, the first that its members define. Empty without a post-processor.
/// Throws FormatError if the post-processor is of another type or malformed.
Template read_template(const base::JsonAt& tokenizer);

}  // namespace m2v::distillation
