#include "tokenizer/pre_tokenizers/split_behavior.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace m2v::tokenizer {
namespace {

constexpr std::array<std::pair<std::string_view, SplitBehavior>, 5> kNames = {{
    {"Removed", SplitBehavior::kRemoved},
    {"Isolated", SplitBehavior::kIsolated},
    {"MergedWithPrevious", SplitBehavior::kMergedWithPrevious},
    {"MergedWithNext", SplitBehavior::kMergedWithNext},
    {"Contiguous", SplitBehavior::kContiguous},
}};

using Stretches = std::vector<SplitSegment>;

Stretches without_matches(Stretches stretches) {
  std::erase_if(stretches, [](const SplitSegment& stretch) { return stretch.is_match; });
  return stretches;
}

/// Joins each stretch to the previous one if `joined(previous.is_match, stretch.is_match)`.
template <typename Joined>
Stretches join_neighbors(const Stretches& stretches, Joined joined) {
  Stretches out;
  bool before = false;  // is_match of the previous stretch; false at the start
  for (const SplitSegment& stretch : stretches) {
    if (!out.empty() && joined(before, stretch.is_match)) {
      out.back().begin = std::min(out.back().begin, stretch.begin);
      out.back().end = std::max(out.back().end, stretch.end);
    } else {
      out.push_back(stretch);
    }
    before = stretch.is_match;
  }
  return out;
}

Stretches pieces_of(const Stretches& stretches, SplitBehavior behavior) {
  // A match joins its neighbor; of several matches in a row, only the first one does.
  const auto first_match = [](bool before, bool match) { return match && !before; };
  const auto same = [](bool before, bool match) { return match == before; };
  switch (behavior) {
    case SplitBehavior::kRemoved:
      return without_matches(stretches);
    case SplitBehavior::kContiguous:
      return join_neighbors(stretches, same);
    case SplitBehavior::kMergedWithPrevious:
      return join_neighbors(stretches, first_match);
    case SplitBehavior::kMergedWithNext: {
      Stretches pieces = join_neighbors({stretches.rbegin(), stretches.rend()}, first_match);
      std::reverse(pieces.begin(), pieces.end());
      return pieces;
    }
    case SplitBehavior::kIsolated:
      break;
  }
  return stretches;
}

}  // namespace

SplitBehavior parse_split_behavior(const base::JsonAt& json) {
  for (const auto& [name, behavior] : kNames) {
    if (name == json.string()) return behavior;
  }
  json.fail("unknown behavior \"" + json.string() + "\"");
}

void append_split(const AlignedText& text, const std::vector<SplitSegment>& stretches,
                  SplitBehavior behavior, std::vector<AlignedText>& words) {
  for (const SplitSegment& piece : pieces_of(stretches, behavior)) {
    if (piece.begin < piece.end) words.push_back(text.slice(piece.begin, piece.end));
  }
}

}  // namespace m2v::tokenizer
