#pragma once

#include "tokenize/aligned_text.h"

namespace m2v::tokenize {

/// Nmt: drops control characters, makes others and several kinds of blanks spaces; the first part
/// of SentencePiece's nmt_nfkc.
struct Nmt {
  void normalize(AlignedText& text) const;
};

}  // namespace m2v::tokenize
