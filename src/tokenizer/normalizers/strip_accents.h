#pragma once

#include "tokenizer/aligned_text.h"

namespace m2v::tokenizer {

/// StripAccents: removes separate combining marks. Precomposed letters stay unchanged.
struct StripAccents {
  void normalize(AlignedText& text) const;
};

}  // namespace m2v::tokenizer
