#include "tokenize/pre_tokenizers/split.h"

#include <utility>

#include "tokenize/regex/pattern.h"

namespace m2v::tokenize {
namespace {

using Ranges = std::vector<std::pair<std::size_t, std::size_t>>;

/// The ranges as stretches, and what lies between them.
std::vector<Stretch> complete(const Ranges& matches, std::size_t size) {
  std::vector<Stretch> stretches;
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

std::vector<Stretch> stretches_of(const AlignedText& text, const Regex& pattern) {
  return complete(find_all(pattern, text), text.size());
}

Split Split::parse(const core::JsonAt& json) {
  return {parse_pattern(json.at("pattern")), parse_split_behavior(json.at("behavior")),
          json.at("invert").boolean()};
}

void Split::split(std::vector<AlignedText>& words) const {
  split_each(words, [&](const AlignedText& word, std::vector<AlignedText>& pieces) {
    std::vector<Stretch> stretches = stretches_of(word, pattern);
    for (Stretch& stretch : stretches) stretch.is_match = stretch.is_match != invert;
    append_split(word, stretches, behavior, pieces);
  });
}

}  // namespace m2v::tokenize
