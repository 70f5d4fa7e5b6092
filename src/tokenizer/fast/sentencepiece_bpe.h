#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tokenizer/fast/bpe_seams.h"
#include "tokenizer/fast/fast_path.h"
#include "tokenizer/fast/quick_normalizer.h"
#include "tokenizer/fast/word_ids.h"
#include "tokenizer/pipeline.h"

namespace m2v::tokenizer {

/// The fast path for SentencePiece's BPE (Llama 2, Gemma, Mistral, ...). There, the model gets the
/// whole text as one word, with U+2581 for every space. The fast path splits the text at the seams
/// of the model and looks up the pieces with a space for each U+2581, so most of them are ASCII.
class SentencePieceBpe : public FastPath {
 public:
  /// Returns null if the pipeline is not of this kind. The pipeline must outlive the result.
  static std::unique_ptr<const FastPath> compile(const Pipeline& pipeline,
                                                 const formats::Sections* compiled);

  bool encode(std::string_view text, bool at_start, IdBuffer& ids, std::size_t limit,
              Scratch& scratch) const override;
  void save(formats::Sections& sections) const override {
    seams_.save(sections);
    words_.save(sections);
  }

 private:
  /// How spaces become marks (U+2581).
  struct Marking {
    Normalizer before;                                        ///< The normalizer steps before it.
    Metaspace::Prepend prepend = Metaspace::Prepend::kNever;  ///< Where a mark is prepended.
  };
  static std::optional<Marking> find_marking(const Pipeline& pipeline);

  SentencePieceBpe(const Pipeline& pipeline, Marking marking, BpeSeams seams,
                   const formats::Sections* compiled);

  bool may_hold_added(std::string_view text) const noexcept;
  void encode_part(std::string_view text, bool at_start, IdBuffer& ids, std::size_t limit,
                   Scratch& scratch) const;

  const Pipeline& pipeline_;
  const Marking marking_;
  QuickNormalizer quick_;       // the steps before the marking
  QuickNormalizer normalizer_;  // all steps, for finding added tokens in the normalized text
  BpeSeams seams_;
  WordIds words_;
};

}  // namespace m2v::tokenizer
