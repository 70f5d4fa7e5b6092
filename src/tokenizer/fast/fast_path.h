#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tokenize/added_tokens.h"
#include "tokenize/fast/normalized_text.h"
#include "tokenize/fast/quick_normalizer.h"
#include "tokenize/fast/word_ids.h"

namespace m2v::tokenize {

struct Pipeline;

/// A quick way through one kind of pipeline. Gives what Pipeline::encode_segment gives, for any
/// bytes, or says that it cannot.
class FastRoad {
 public:
  /// The memory of one thread, to be used again and again.
  struct Scratch {
    NormalizedText text;
    WordIds::Scratch words;
    std::u32string decomposed, lowered;
    QuickNormalizer::Scratch normalizer;
    std::string normalized, characters;
    std::vector<AddedTokenMatcher::Segment> segments;
    std::vector<std::pair<std::size_t, std::size_t>> matches;
  };

  /// Null if there is none for this kind. The pipeline must outlive the result.
  /// `compiled` has what save() put there; null: all is made of the pipeline.
  static std::unique_ptr<const FastRoad> compile(const Pipeline& pipeline,
                                                 const core::Sections* compiled = nullptr);
  virtual void save(core::Sections& sections) const = 0;

  FastRoad() = default;
  virtual ~FastRoad() = default;
  FastRoad(const FastRoad&) = delete;
  FastRoad& operator=(const FastRoad&) = delete;

  /// Appends the ids of a stretch of text that holds none of the tokens in Pipeline::added, until
  /// `limit` ids are there in all. `at_start`: the whole text starts with it. False, with `ids` as
  /// before, if it needs the plain road.
  virtual bool encode(std::string_view text, bool at_start, IdBuffer& ids, std::size_t limit,
                      Scratch& scratch) const = 0;
};

}  // namespace m2v::tokenize
