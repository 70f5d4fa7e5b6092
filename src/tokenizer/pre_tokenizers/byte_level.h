#pragma once

#include <optional>
#include <vector>

#include "core/json.h"
#include "tokenize/aligned_text.h"
#include "tokenize/regex/regex.h"

namespace m2v::tokenize {

/// ByteLevel: splits as GPT-2 does, if asked to, and spells each word in characters that stand for
/// its bytes.
struct ByteLevel {
  bool add_prefix_space = true;  ///< In front of each piece that does not start with a space.
  std::optional<Regex> pattern;  ///< None: the pieces stay as they are.

  static ByteLevel parse(const core::JsonAt& json);
  void split(std::vector<AlignedText>& words) const;
};

}  // namespace m2v::tokenize
