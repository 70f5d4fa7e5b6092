#pragma once

#include "base/json.h"
#include "tokenizer/aligned_text.h"

namespace m2v::tokenizer {

/// BertNormalizer: applies the options that are on, in the order of the members.
struct BertNormalizer {
  bool clean_text = true;            ///< Drops control characters; whitespace becomes U+0020.
  bool handle_chinese_chars = true;  ///< Puts spaces around Chinese characters.
  bool strip_accents = true;         ///< Applies NFD and drops nonspacing marks.
  bool lowercase = true;             ///< Lowercases each character.

  /// If `strip_accents` is null in the file, it equals `lowercase`. Throws FormatError if a member
  /// is missing or malformed.
  static BertNormalizer parse(const base::JsonAt& json);
  void normalize(AlignedText& text) const;
};

}  // namespace m2v::tokenizer
