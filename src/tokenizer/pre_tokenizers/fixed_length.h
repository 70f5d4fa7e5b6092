#pragma once

#include <cstddef>
#include <vector>

#include "base/json.h"
#include "tokenizer/aligned_text.h"

namespace m2v::tokenizer {

/// FixedLength: splits into pieces of `length` characters; the last one may be shorter.
struct FixedLength {
  std::size_t length = 5;  ///< At least 1.

  static FixedLength parse(const base::JsonAt& json);
  void split(std::vector<AlignedText>& words) const;
};

}  // namespace m2v::tokenizer
