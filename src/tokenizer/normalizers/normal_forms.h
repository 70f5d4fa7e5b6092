#pragma once

#include "text/normal_forms.h"
#include "tokenizer/aligned_text.h"

namespace m2v::tokenizer {

/// NFC, NFD, NFKC and NFKD: applies a Unicode normalization form.
struct UnicodeNormalizer {
  text::NormalForm form;

  void normalize(AlignedText& text) const;
};

}  // namespace m2v::tokenizer
