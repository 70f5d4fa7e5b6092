#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tokenizer/added_tokens.h"
#include "tokenizer/fast/normalized_text.h"
#include "tokenizer/fast/quick_normalizer.h"
#include "tokenizer/fast/word_ids.h"

namespace m2v::tokenizer {

struct Pipeline;

/// A fast implementation of one kind of pipeline. For any bytes, it gives the result of
/// Pipeline::encode_segment() or reports that it cannot. Immutable.
class FastPath {
 public:
  /// Reusable working memory. It may be used by only one thread at a time, and only with one
  /// FastPath, because it holds caches.
  struct Scratch {
    NormalizedText text;
    WordIds::Scratch words;
    std::u32string decomposed, lowered;
    QuickNormalizer::Scratch normalizer;
    std::string normalized, characters;
    std::vector<AddedTokenMatcher::Segment> segments;
    std::vector<std::pair<std::size_t, std::size_t>> matches;
  };

  /// Returns the fast path for a pipeline, or null if there is none for its kind. If `compiled` is
  /// not null, uses the tables that save() added to it; otherwise, builds them from the pipeline,
  /// which must outlive the result. Throws FormatError if a section is missing or malformed.
  static std::unique_ptr<const FastPath> compile(const Pipeline& pipeline,
                                                 const formats::Sections* compiled = nullptr);
  /// Adds the tables to `sections`.
  virtual void save(formats::Sections& sections) const = 0;

  FastPath() = default;
  virtual ~FastPath() = default;
  FastPath(const FastPath&) = delete;
  FastPath& operator=(const FastPath&) = delete;

  /// Appends the ids of a segment of text that contains none of the tokens in Pipeline::added. May
  /// stop once `ids` has `limit` elements in total, and may exceed the limit. `at_start` is true if
  /// the segment is at the start of the whole text. Returns false and leaves `ids` unchanged if the
  /// segment needs the reference path.
  virtual bool encode(std::string_view text, bool at_start, IdBuffer& ids, std::size_t limit,
                      Scratch& scratch) const = 0;
};

}  // namespace m2v::tokenizer
