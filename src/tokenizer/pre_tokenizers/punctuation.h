#pragma once

#include <vector>

#include "base/json.h"
#include "tokenizer/aligned_text.h"
#include "tokenizer/pre_tokenizers/split_behavior.h"

namespace m2v::tokenizer {

/// Punctuation: splits at every punctuation character.
struct Punctuation {
  SplitBehavior behavior = SplitBehavior::kIsolated;

  static Punctuation parse(const base::JsonAt& json);
  void split(std::vector<AlignedText>& words) const;
};

}  // namespace m2v::tokenizer
