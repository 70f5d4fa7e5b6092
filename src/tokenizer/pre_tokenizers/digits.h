#pragma once

#include <vector>

#include "core/json.h"
#include "tokenize/aligned_text.h"

namespace m2v::tokenize {

/// Digits: sets numbers apart, or each of their digits.
struct Digits {
  bool individual_digits = false;

  static Digits parse(const core::JsonAt& json);
  void split(std::vector<AlignedText>& words) const;
};

}  // namespace m2v::tokenize
