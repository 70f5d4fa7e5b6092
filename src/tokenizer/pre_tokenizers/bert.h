#pragma once

#include <vector>

#include "tokenizer/aligned_text.h"

namespace m2v::tokenizer {

/// BertPreTokenizer: splits at whitespace, which it drops, and isolates every punctuation
/// character.
struct BertPreTokenizer {
  void split(std::vector<AlignedText>& words) const;
};

}  // namespace m2v::tokenizer
