#pragma once

#include "core/json.h"
#include "tokenize/aligned_text.h"

namespace m2v::tokenize {

/// BertNormalizer: clean, set Chinese characters apart, strip accents, lowercase; in that order.
struct BertNormalizer {
  bool clean_text = true;
  bool handle_chinese_chars = true;
  bool strip_accents = true;  ///< null in the file: as `lowercase`.
  bool lowercase = true;

  static BertNormalizer parse(const core::JsonAt& json);
  void normalize(AlignedText& text) const;
};

}  // namespace m2v::tokenize
