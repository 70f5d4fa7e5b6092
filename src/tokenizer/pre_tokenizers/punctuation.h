#pragma once

#include <vector>

#include "core/json.h"
#include "tokenize/aligned_text.h"
#include "tokenize/pre_tokenizers/split_behavior.h"

namespace m2v::tokenize {

/// Punctuation: splits at every punctuation character.
struct Punctuation {
  SplitBehavior behavior = SplitBehavior::kIsolated;

  static Punctuation parse(const core::JsonAt& json);
  void split(std::vector<AlignedText>& words) const;
};

}  // namespace m2v::tokenize
