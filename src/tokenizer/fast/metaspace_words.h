#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "tokenizer/fast/fast_path.h"
#include "tokenizer/fast/quick_normalizer.h"
#include "tokenizer/fast/word_ids.h"
#include "tokenizer/pipeline.h"

namespace m2v::tokenizer {

/// The fast path for tokenizers that mark the start of a word with U+2581 (XLM-R, T5, ALBERT,
/// DeBERTa-v3, ...): any normalizer, optionally WhitespaceSplit, and Metaspace. Words are looked up
/// without the mark.
class MetaspaceWords : public FastPath {
 public:
  /// Returns null if the pipeline is not of this kind. The pipeline must outlive the result.
  static std::unique_ptr<const FastPath> compile(const Pipeline& pipeline,
                                                 const formats::Sections* compiled);

  bool encode(std::string_view text, bool at_start, IdBuffer& ids, std::size_t limit,
              Scratch& scratch) const override;
  void save(formats::Sections& sections) const override { words_.save(sections); }

 private:
  MetaspaceWords(const Pipeline& pipeline, Metaspace::Prepend prepend, bool splits_whitespace,
                 const formats::Sections* compiled);

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

}  // namespace m2v::tokenizer
