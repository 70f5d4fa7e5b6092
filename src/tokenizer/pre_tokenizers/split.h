#pragma once

#include <vector>

#include "core/json.h"
#include "tokenize/aligned_text.h"
#include "tokenize/pre_tokenizers/split_behavior.h"
#include "tokenize/regex/regex.h"

namespace m2v::tokenize {

/// Split: splits at the matches of a string or of a regular expression, or, inverted, at what lies
/// between them.
struct Split {
  Regex pattern;
  SplitBehavior behavior = SplitBehavior::kRemoved;
  bool invert = false;

  static Split parse(const core::JsonAt& json);
  void split(std::vector<AlignedText>& words) const;
};

/// The matches of a regular expression in a text, and what lies between them.
std::vector<Stretch> stretches_of(const AlignedText& text, const Regex& pattern);

}  // namespace m2v::tokenize
