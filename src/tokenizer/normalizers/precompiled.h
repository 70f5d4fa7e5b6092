#pragma once

#include "base/json.h"
#include "formats/sections.h"
#include "tokenizer/aligned_text.h"
#include "tokenizer/charsmap.h"

namespace m2v::tokenizer {

/// Precompiled: applies SentencePiece's character map as `tokenizers` does. A grapheme cluster of
/// fewer than 6 bytes is looked up as a whole; one that is longer or is not found is looked up
/// character by character.
struct Precompiled {
  Charsmap charsmap;

  /// If `compiled` is not null and the JSON has a number instead of a map, uses the section with
  /// that number. Throws FormatError if the map is malformed.
  static Precompiled parse(const base::JsonAt& json, const formats::Sections* compiled);
  /// Moves all character maps in `json`, at any depth, to sections, and replaces each with the
  /// number of its section.
  static void save_maps(base::Json& json, formats::Sections& sections);
  void normalize(AlignedText& text) const;
};

}  // namespace m2v::tokenizer
