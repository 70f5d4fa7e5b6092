#pragma once

#include <vector>

#include "tokenize/aligned_text.h"

namespace m2v::tokenize {

/// Whitespace: runs of word characters, and runs of what is neither that nor white space.
struct Whitespace {
  void split(std::vector<AlignedText>& words) const;
};

/// WhitespaceSplit: what stands between white space.
struct WhitespaceSplit {
  void split(std::vector<AlignedText>& words) const;
};

}  // namespace m2v::tokenize
