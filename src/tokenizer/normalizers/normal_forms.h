#pragma once

#include "tokenize/aligned_text.h"
#include "unicode/normal_forms.h"

namespace m2v::tokenize {

/// NFC, NFD, NFKC and NFKD.
struct UnicodeNormalizer {
  unicode::NormalForm form;

  void normalize(AlignedText& text) const;
};

}  // namespace m2v::tokenize
