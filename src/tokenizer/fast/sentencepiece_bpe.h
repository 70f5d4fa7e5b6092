#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tokenize/fast/bpe_seams.h"
#include "tokenize/fast/fast_road.h"
#include "tokenize/fast/quick_normalizer.h"
#include "tokenize/fast/word_ids.h"
#include "tokenize/pipeline.h"

namespace m2v::tokenize {

/// The fast road for SentencePiece's BPE (Llama 2, Gemma, Mistral, ...): the model gets the whole
/// text, with U+2581 for every space, as one word. It is cut at the model's seams instead, and the
/// pieces are looked up with a space for each U+2581, so that most of them stay in ASCII.
class SentencePieceBpe : public FastRoad {
 public:
  /// Null if the pipeline is of another kind. The pipeline must outlive the result.
  static std::unique_ptr<const FastRoad> compile(const Pipeline& pipeline,
                                                 const core::Sections* compiled);

  bool encode(std::string_view text, bool at_start, IdBuffer& ids, std::size_t limit,
              Scratch& scratch) const override;
  void save(core::Sections& sections) const override {
    seams_.save(sections);
    words_.save(sections);
  }

 private:
  /// How spaces become marks.
  struct Marking {
    Normalizer before;                                        ///< The steps in front of it.
    Metaspace::Prepend prepend = Metaspace::Prepend::kNever;  ///< Behind these steps.
  };
  static std::optional<Marking> find_marking(const Pipeline& pipeline);

  SentencePieceBpe(const Pipeline& pipeline, Marking marking, BpeSeams seams,
                   const core::Sections* compiled);

  bool may_hold_added(std::string_view text) const noexcept;
  void encode_part(std::string_view text, bool at_start, IdBuffer& ids, std::size_t limit,
                   Scratch& scratch) const;

  const Pipeline& pipeline_;
  const Marking marking_;
  QuickNormalizer quick_;       // the steps in front of the marking
  QuickNormalizer normalizer_;  // all steps: among their marks added tokens are looked for
  BpeSeams seams_;
  WordIds words_;
};

}  // namespace m2v::tokenize
