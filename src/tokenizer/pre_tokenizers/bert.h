#pragma once

#include <vector>

#include "tokenize/aligned_text.h"

namespace m2v::tokenize {

/// BertPreTokenizer: splits at white space, which it drops, and around every punctuation character.
struct BertPreTokenizer {
  void split(std::vector<AlignedText>& words) const;
};

}  // namespace m2v::tokenize
