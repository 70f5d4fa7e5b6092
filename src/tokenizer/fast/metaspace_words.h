#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "tokenize/fast/fast_road.h"
#include "tokenize/fast/quick_normalizer.h"
#include "tokenize/fast/word_ids.h"
#include "tokenize/pipeline.h"

namespace m2v::tokenize {

/// The fast road for the tokenizers that mark the beginning of a word with U+2581 (XLM-R, T5,
/// ALBERT, DeBERTa-v3, ...): normalizer, perhaps WhitespaceSplit, and Metaspace. Words are looked
/// up without their marks.
class MetaspaceWords : public FastRoad {
 public:
  /// Null if the pipeline is of another kind. The pipeline must outlive the result.
  static std::unique_ptr<const FastRoad> compile(const Pipeline& pipeline,
                                                 const core::Sections* compiled);

  bool encode(std::string_view text, bool at_start, IdBuffer& ids, std::size_t limit,
              Scratch& scratch) const override;
  void save(core::Sections& sections) const override { words_.save(sections); }

 private:
  MetaspaceWords(const Pipeline& pipeline, Metaspace::Prepend prepend, bool splits_whitespace,
                 const core::Sections* compiled);

  bool encode_part(std::string_view text, bool at_start, IdBuffer& ids, std::size_t limit,
                   Scratch& scratch) const;
  void add_pieces(std::string_view text, WordWriter& writer) const;
  bool add_words(std::string_view piece, WordWriter& writer) const;

  const Pipeline& pipeline_;
  Metaspace::Prepend prepend_;
  bool splits_whitespace_;
  QuickNormalizer normalizer_;
  WordIds words_;
};

}  // namespace m2v::tokenize
