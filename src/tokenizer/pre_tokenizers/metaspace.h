#pragma once

#include <vector>

#include "core/json.h"
#include "tokenize/aligned_text.h"

namespace m2v::tokenize {

/// Metaspace: puts a visible character in the place of every space, and one in front, and splits
/// before each.
struct Metaspace {
  enum class Prepend {
    kAlways,  ///< In front of every piece that does not start with one.
    kFirst,   ///< Of these, only in front of the one that starts the text.
    kNever,
  };

  char32_t replacement = U'\u2581';
  Prepend prepend = Prepend::kAlways;
  bool splits = true;

  static Metaspace parse(const core::JsonAt& json);
  void split(std::vector<AlignedText>& words) const;

 private:
  void mark(AlignedText& word) const;
};

}  // namespace m2v::tokenize
