#pragma once

#include <vector>

#include "tokenize/aligned_text.h"

namespace m2v::tokenize {

/// UnicodeScripts: splits where the script changes. Kana counts as Han, and what belongs to no
/// script, such as a space, changes nothing.
struct UnicodeScripts {
  void split(std::vector<AlignedText>& words) const;
};

}  // namespace m2v::tokenize
