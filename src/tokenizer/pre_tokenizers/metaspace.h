#pragma once

#include <vector>

#include "base/json.h"
#include "tokenizer/aligned_text.h"

namespace m2v::tokenizer {

/// Metaspace: replaces every space with a visible character, may prepend one, and splits before
/// each of them.
struct Metaspace {
  /// Where the replacement character is prepended to a piece that does not start with it.
  enum class Prepend {
    kAlways,  ///< To every such piece.
    kFirst,   ///< Only to the piece at the start of the text.
    kNever,   ///< To no piece.
  };

  char32_t replacement = U'\u2581';
  Prepend prepend = Prepend::kAlways;
  bool splits = true;  ///< If false, it only replaces and prepends.

  static Metaspace parse(const base::JsonAt& json);
  void split(std::vector<AlignedText>& words) const;

 private:
  void mark(AlignedText& word) const;
};

}  // namespace m2v::tokenizer
