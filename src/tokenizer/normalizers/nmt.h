#pragma once

#include "tokenizer/aligned_text.h"

namespace m2v::tokenizer {

/// Nmt: drops some control characters, and replaces others and several kinds of whitespace with
/// U+0020. This is the first part of SentencePiece's nmt_nfkc.
struct Nmt {
  void normalize(AlignedText& text) const;
};

}  // namespace m2v::tokenizer
