#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "distill/model_vocabulary.h"
#include "distill/teacher.h"
#include "m2v/types.h"

namespace m2v::distillation {

struct SurgeryOptions {
  /// A regular expression as Python writes them: tokens that it matches at their start go.
  std::optional<std::string> remove_pattern;
  /// New tokens. An entry of one word joins the model's vocabulary, of several words the added
  /// tokens.
  std::span<const std::string> vocabulary;
  /// Texts of which the most frequent words, this many, become new tokens as well.
  Texts corpus;
  std::size_t corpus_words = 0;
};

/// The static model's tokenizer, and where each of its tokens comes from.
struct Surgery {
  static constexpr std::uint32_t kNewToken = ModelVocabulary::kNewToken;

  core::Json tokenizer;
  std::vector<std::string> tokens;          ///< In order of the new ids: 0, 1, 2, ...
  std::vector<std::uint32_t> original_ids;  ///< The teacher's id of each token, or kNewToken.
  std::size_t teacher_tokens = 0;
  std::size_t entries_left_out = 0;  ///< Of the vocabulary that was to be added.
  std::size_t phrases = 0;  ///< Of the tokens, the last ones: added tokens of several words.
};

/// Removes from a teacher's tokenizer what a static model has no use for: the post-processor,
/// truncation and padding; every added token but those for unknown text and for padding, from the
/// vocabulary too; and the tokens that the pattern matches, never the one for unknown text. A
/// ByteLevel pre-tokenizer is set to add the prefix space. Ids are renumbered in order of the old
/// ones; new tokens come last. Throws FormatError, or std::invalid_argument for a bad pattern or
/// one that leaves nothing.
Surgery operate(const Teacher& teacher, const SurgeryOptions& options, const core::Events& events);

}  // namespace m2v::distillation
