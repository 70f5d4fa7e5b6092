#pragma once

#include "tokenize/aligned_text.h"

namespace m2v::tokenize {

/// StripAccents: drops combining marks that stand by themselves; a composed letter keeps its own.
struct StripAccents {
  void normalize(AlignedText& text) const;
};

}  // namespace m2v::tokenize
