#pragma once

#include "core/json.h"
#include "tokenize/aligned_text.h"
#include "tokenize/charsmap.h"

namespace m2v::tokenize {

/// Precompiled: SentencePiece's character map, as `tokenizers` applies it. A grapheme cluster of
/// fewer than 6 bytes is looked up as a whole; one that is longer, or is not found, character by
/// character.
struct Precompiled {
  Charsmap charsmap;

  static Precompiled parse(const core::JsonAt& json);
  void normalize(AlignedText& text) const;
};

}  // namespace m2v::tokenize
