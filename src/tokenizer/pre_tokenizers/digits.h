#pragma once

#include <vector>

#include "base/json.h"
#include "tokenizer/aligned_text.h"

namespace m2v::tokenizer {

/// Digits: isolates runs of numeric characters, or each numeric character if `individual_digits`.
struct Digits {
  bool individual_digits = false;

  static Digits parse(const base::JsonAt& json);
  void split(std::vector<AlignedText>& words) const;
};

}  // namespace m2v::tokenizer
