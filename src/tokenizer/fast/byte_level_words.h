#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tokenizer/fast/fast_path.h"
#include "tokenizer/fast/word_ids.h"
#include "tokenizer/pipeline.h"

namespace m2v::tokenizer {

/// The fast path for byte-level vocabularies (GPT-2, RoBERTa, ModernBERT, Llama 3, Qwen, ...). The
/// pre-tokenizer's regular expression splits the text, and the ids of the words are looked up by
/// their bytes, without conversion to the byte alphabet.
class ByteLevelWords : public FastPath {
 public:
  /// Returns null if the pipeline is not of this kind. The pipeline must outlive the result.
  static std::unique_ptr<const FastPath> compile(const Pipeline& pipeline,
                                                 const formats::Sections* compiled);

  bool encode(std::string_view text, bool at_start, IdBuffer& ids, std::size_t limit,
              Scratch& scratch) const override;
  void save(formats::Sections& sections) const override { words_.save(sections); }

 private:
  /// How the text is split into words, and how the vocabulary spells them.
  struct Cut {
    const Regex* pattern;  ///< Its matches are words.
    bool keeps_rest;       ///< Whether the text between matches forms words, too.
    bool space_in_front;   ///< Whether a part that does not start with a space gets one.
    Spelling spelling;
  };
  /// Returns nothing if the pre-tokenizer is not of a supported form.
  static std::optional<Cut> find_cut(const std::vector<PreTokenizerStep>& steps);

  ByteLevelWords(const Pipeline& pipeline, const Cut& cut, const formats::Sections* compiled);

  void encode_part(std::string_view text, IdBuffer& ids, std::size_t limit, Scratch& scratch) const;

  const Pipeline& pipeline_;
  Cut cut_;
  QuickNormalizer normalizer_;
  WordIds words_;
};

}  // namespace m2v::tokenizer
