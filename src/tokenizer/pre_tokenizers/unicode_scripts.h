#pragma once

#include <vector>

#include "tokenizer/aligned_text.h"

namespace m2v::tokenizer {

/// UnicodeScripts: splits where the script changes. Kana counts as Han, and characters without a
/// script, such as spaces, belong to the piece before them; those before the first character with a
/// script are dropped.
struct UnicodeScripts {
  void split(std::vector<AlignedText>& words) const;
};

}  // namespace m2v::tokenizer
