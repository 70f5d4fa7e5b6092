#include "tokenizer/pre_tokenizers/split.h"

#include <utility>

#include "tokenizer/regex/pattern.h"

namespace m2v::tokenizer {
namespace {

using Ranges = std::vector<std::pair<std::size_t, std::size_t>>;

/// Returns the matches and the nonempty ranges between them as stretches.
std::vector<SplitSegment> complete(const Ranges& matches, std::size_t size) {
  std::vector<SplitSegment> stretches;
  std::size_t done = 0;
  for (const auto& [begin, end] : matches) {
    if (done < begin) stretches.push_back({done, begin, false});
    stretches.push_back({begin, end, true});
    done = end;
  }
  if (done < size) stretches.push_back({done, size, false});
  return stretches;
}

}  // namespace

std::vector<SplitSegment> segments_of(const AlignedText& text, const Regex& pattern) {
  return complete(find_all(pattern, text), text.size());
}

Split Split::parse(const base::JsonAt& json) {
  return {parse_pattern(json.at("pattern")), parse_split_behavior(json.at("behavior")),
          json.at("invert").boolean()};
}

void Split::split(std::vector<AlignedText>& words) const {
  split_each(words, [&](const AlignedText& word, std::vector<AlignedText>& pieces) {
    std::vector<SplitSegment> stretches = segments_of(word, pattern);
    for (SplitSegment& stretch : stretches) stretch.is_match = stretch.is_match != invert;
    append_split(word, stretches, behavior, pieces);
  });
}

}  // namespace m2v::tokenizer
