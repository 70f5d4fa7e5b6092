#include "tokenize/pre_tokenizers/split_behavior.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace m2v::tokenize {
namespace {

constexpr std::array<std::pair<std::string_view, SplitBehavior>, 5> kNames = {{
    {"Removed", SplitBehavior::kRemoved},
    {"Isolated", SplitBehavior::kIsolated},
    {"MergedWithPrevious", SplitBehavior::kMergedWithPrevious},
    {"MergedWithNext", SplitBehavior::kMergedWithNext},
    {"Contiguous", SplitBehavior::kContiguous},
}};

using Stretches = std::vector<Stretch>;

Stretches without_matches(Stretches stretches) {
  std::erase_if(stretches, [](const Stretch& stretch) { return stretch.is_match; });
  return stretches;
}

/// Joins a stretch to the one before where `joined(before, stretch)`.
template <typename Joined>
Stretches join_neighbours(const Stretches& stretches, Joined joined) {
  Stretches out;
  bool before = false;  // the kind of the stretch before; nothing counts as text
  for (const Stretch& stretch : stretches) {
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
  // A match joins its neighbour, but of several in a row just the first one met.
  const auto first_match = [](bool before, bool match) { return match && !before; };
  const auto same = [](bool before, bool match) { return match == before; };
  switch (behavior) {
    case SplitBehavior::kRemoved:
      return without_matches(stretches);
    case SplitBehavior::kContiguous:
      return join_neighbours(stretches, same);
    case SplitBehavior::kMergedWithPrevious:
      return join_neighbours(stretches, first_match);
    case SplitBehavior::kMergedWithNext: {
      Stretches pieces = join_neighbours({stretches.rbegin(), stretches.rend()}, first_match);
      std::reverse(pieces.begin(), pieces.end());
      return pieces;
    }
    case SplitBehavior::kIsolated:
      break;
  }
  return stretches;
}

}  // namespace

SplitBehavior parse_split_behavior(const core::JsonAt& json) {
  for (const auto& [name, behavior] : kNames) {
    if (name == json.string()) return behavior;
  }
  json.fail("there is no behavior \"" + json.string() + "\"");
}

void append_split(const AlignedText& text, const std::vector<Stretch>& stretches,
                  SplitBehavior behavior, std::vector<AlignedText>& words) {
  for (const Stretch& piece : pieces_of(stretches, behavior)) {
    if (piece.begin < piece.end) words.push_back(text.slice(piece.begin, piece.end));
  }
}

}  // namespace m2v::tokenize
