#pragma once

#include "core/json.h"
#include "core/sections.h"
#include "tokenize/aligned_text.h"
#include "tokenize/charsmap.h"

namespace m2v::tokenize {

/// Precompiled: SentencePiece's character map, as `tokenizers` applies it. A grapheme cluster of
/// fewer than 6 bytes is looked up as a whole; one that is longer, or is not found, character by
/// character.
struct Precompiled {
  Charsmap charsmap;

  /// The map comes from `compiled` if the JSON has but its number there.
  static Precompiled parse(const core::JsonAt& json, const core::Sections* compiled);
  /// Puts the maps anywhere in `json` into sections, and their numbers in their places.
  static void save_maps(core::Json& json, core::Sections& sections);
  void normalize(AlignedText& text) const;
};

}  // namespace m2v::tokenize
