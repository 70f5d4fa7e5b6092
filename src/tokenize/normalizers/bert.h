#pragma once

#include <string>

#include "core/json.h"

namespace m2v::tokenize {

/// BertNormalizer: clean, set Chinese characters apart, strip accents, lowercase; in that order.
struct BertNormalizer {
  bool clean_text = true;
  bool handle_chinese_chars = true;
  bool strip_accents = true;  ///< null in the file: as `lowercase`.
  bool lowercase = true;

  static BertNormalizer parse(const core::JsonAt& json);
  void normalize(std::string& text) const;
};

}  // namespace m2v::tokenize
