#pragma once

#include <concepts>
#include <cstddef>
#include <utility>
#include <vector>

#include "core/json.h"
#include "tokenize/aligned_text.h"

namespace m2v::tokenize {

/// What becomes of the matches at which a text is split, on the example "a-b", split at "-".
enum class SplitBehavior {
  kRemoved,             ///< a b
  kIsolated,            ///< a - b
  kMergedWithPrevious,  ///< a- b
  kMergedWithNext,      ///< a -b
  kContiguous,          ///< a - b, and "--" stays together
};

SplitBehavior parse_split_behavior(const core::JsonAt& json);

/// A stretch of a text, in characters: a match, or what lies between two.
struct Stretch {
  std::size_t begin, end;
  bool is_match;
};

/// Cuts a text into stretches, each matching character by itself.
template <std::predicate<char32_t> Matches>
std::vector<Stretch> stretches_of(const AlignedText& text, Matches matches) {
  std::vector<Stretch> stretches;
  std::size_t begin = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (!matches(text[i])) continue;
    if (begin < i) stretches.push_back({begin, i, false});
    stretches.push_back({i, i + 1, true});
    begin = i + 1;
  }
  if (begin < text.size()) stretches.push_back({begin, text.size(), false});
  return stretches;
}

/// Appends the pieces of a text to `words`; empty ones are left out. The stretches follow one
/// another and cover it.
void append_split(const AlignedText& text, const std::vector<Stretch>& stretches,
                  SplitBehavior behavior, std::vector<AlignedText>& words);

/// Exchanges each word for the pieces that `append(word, pieces)` makes of it.
template <typename Append>
void split_each(std::vector<AlignedText>& words, Append append) {
  std::vector<AlignedText> pieces;
  for (AlignedText& word : words) append(word, pieces);
  words = std::move(pieces);
}

}  // namespace m2v::tokenize
