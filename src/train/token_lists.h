#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/scratch_array.h"
#include "m2v/static_model.h"

namespace m2v::train {

/// The tokens of texts: text t has tokens[offsets[t]] to tokens[offsets[t + 1] - 1]. The tokens may
/// exceed the memory (see base::ScratchArray).
struct TokenLists {
  base::ScratchArray tokens;
  std::vector<std::size_t> offsets{0};

  std::size_t texts() const { return offsets.size() - 1; }
  std::span<const std::uint32_t> operator[](std::size_t text) const {
    return tokens.values().subspan(offsets[text], offsets[text + 1] - offsets[text]);
  }
};

/// Returns the ids of each text as encoding uses them: the text is cut, the ids are truncated to
/// `max_length`, and unknown tokens are dropped.
TokenLists read_tokens(const StaticModel& model, Texts texts, std::size_t max_length,
                       unsigned threads);

/// Numbers the ids that occur by descending frequency, so that frequent rows are adjacent, and
/// replaces the ids in the lists by these numbers. Returns the ids in that order.
std::vector<std::uint32_t> renumber_by_frequency(TokenLists& lists, std::size_t id_limit);

}  // namespace m2v::train
