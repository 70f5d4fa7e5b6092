#pragma once

#include <string>
#include <vector>

namespace m2v::tokenize {

/// BertPreTokenizer: splits at white space, which it drops, and around every punctuation character.
struct BertPreTokenizer {
  void split(std::vector<std::string>& words) const;
};

}  // namespace m2v::tokenize
