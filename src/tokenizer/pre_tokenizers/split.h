#pragma once

#include <vector>

#include "base/json.h"
#include "tokenizer/aligned_text.h"
#include "tokenizer/pre_tokenizers/split_behavior.h"
#include "tokenizer/regex/regex.h"

namespace m2v::tokenizer {

/// Split: splits at the matches of a string or of a regular expression, or, if `invert`, at the
/// text between them.
struct Split {
  Regex pattern;
  SplitBehavior behavior = SplitBehavior::kRemoved;
  bool invert = false;

  static Split parse(const base::JsonAt& json);
  void split(std::vector<AlignedText>& words) const;
};

/// Returns the matches of a regular expression in a text and the stretches between them.
std::vector<SplitSegment> segments_of(const AlignedText& text, const Regex& pattern);

}  // namespace m2v::tokenizer
