#pragma once

#include <cstddef>
#include <vector>

#include "core/json.h"
#include "tokenize/aligned_text.h"

namespace m2v::tokenize {

/// FixedLength: pieces of so many characters, the last one shorter.
struct FixedLength {
  std::size_t length = 5;

  static FixedLength parse(const core::JsonAt& json);
  void split(std::vector<AlignedText>& words) const;
};

}  // namespace m2v::tokenize
