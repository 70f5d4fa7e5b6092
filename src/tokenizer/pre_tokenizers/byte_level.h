#pragma once

#include <optional>
#include <vector>

#include "base/json.h"
#include "tokenizer/aligned_text.h"
#include "tokenizer/regex/regex.h"

namespace m2v::tokenizer {

/// ByteLevel: optionally splits with GPT-2's regular expression, and replaces each byte of the
/// UTF-8 of a word with its character of the byte alphabet.
struct ByteLevel {
  bool add_prefix_space = true;  ///< Inserts a space before pieces that do not start with one.
  std::optional<Regex> pattern;  ///< GPT-2's regular expression; empty: pieces are not split.

  static ByteLevel parse(const base::JsonAt& json);
  void split(std::vector<AlignedText>& words) const;
};

}  // namespace m2v::tokenizer
