#pragma once

#include <concepts>
#include <cstddef>
#include <utility>
#include <vector>

#include "base/json.h"
#include "tokenizer/aligned_text.h"

namespace m2v::tokenizer {

/// How the matches at which a text is split are treated. The example is "a-b", split at "-".
enum class SplitBehavior {
  kRemoved,             ///< a b
  kIsolated,            ///< a - b
  kMergedWithPrevious,  ///< a- b
  kMergedWithNext,      ///< a -b
  kContiguous,          ///< a - b, but adjacent matches ("--") form one piece
};

/// Reads a name such as "MergedWithNext". Throws FormatError for anything else.
SplitBehavior parse_split_behavior(const base::JsonAt& json);

/// A range [begin, end) of a text, in characters: a match or the text between two matches.
struct SplitSegment {
  std::size_t begin, end;
  bool is_match;
};

/// Splits a text into stretches. Each character for which `matches(c)` is true is a separate match.
template <std::predicate<char32_t> Matches>
std::vector<SplitSegment> segments_of(const AlignedText& text, Matches matches) {
  std::vector<SplitSegment> stretches;
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

/// Appends the nonempty pieces of a text to `words`. The stretches must be consecutive and cover
/// the text.
void append_split(const AlignedText& text, const std::vector<SplitSegment>& stretches,
                  SplitBehavior behavior, std::vector<AlignedText>& words);

/// Replaces each word with the pieces that `append(word, pieces)` appends for it.
template <typename Append>
void split_each(std::vector<AlignedText>& words, Append append) {
  std::vector<AlignedText> pieces;
  for (AlignedText& word : words) append(word, pieces);
  words = std::move(pieces);
}

}  // namespace m2v::tokenizer
