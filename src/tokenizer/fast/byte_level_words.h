#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tokenize/fast/fast_road.h"
#include "tokenize/fast/word_ids.h"
#include "tokenize/pipeline.h"

namespace m2v::tokenize {

/// The fast road for byte-level vocabularies (GPT-2, RoBERTa, ModernBERT, Llama 3, Qwen, ...): the
/// text is cut by the pre-tokenizer's regular expression, and the ids of its words are looked up by
/// their bytes, without spelling them in the characters of the byte alphabet first.
class ByteLevelWords : public FastRoad {
 public:
  /// Null if the pipeline is of another kind. The pipeline must outlive the result.
  static std::unique_ptr<const FastRoad> compile(const Pipeline& pipeline,
                                                 const core::Sections* compiled);

  bool encode(std::string_view text, bool at_start, IdBuffer& ids, std::size_t limit,
              Scratch& scratch) const override;
  void save(core::Sections& sections) const override { words_.save(sections); }

 private:
  /// How the text is cut into words, and how these are spelled.
  struct Cut {
    const Regex* pattern;  ///< Its matches are words.
    bool keeps_rest;       ///< What lies between the matches is words too.
    bool space_in_front;   ///< Of a part that does not start with one.
    Spelling spelling;
  };
  static std::optional<Cut> find_cut(const std::vector<PreTokenizerStep>& steps);

  ByteLevelWords(const Pipeline& pipeline, const Cut& cut, const core::Sections* compiled);

  void encode_part(std::string_view text, IdBuffer& ids, std::size_t limit, Scratch& scratch) const;

  const Pipeline& pipeline_;
  Cut cut_;
  QuickNormalizer normalizer_;
  WordIds words_;
};

}  // namespace m2v::tokenize
