#pragma once

#include <vector>

#include "tokenizer/aligned_text.h"

namespace m2v::tokenizer {

/// Whitespace: splits into runs of word characters and runs of other characters, and drops
/// whitespace (`\w+|[^\w\s]+`).
struct Whitespace {
  void split(std::vector<AlignedText>& words) const;
};

/// WhitespaceSplit: splits at whitespace, which it drops.
struct WhitespaceSplit {
  void split(std::vector<AlignedText>& words) const;
};

}  // namespace m2v::tokenizer
