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

/// Optional changes to the vocabulary.
struct RewriteOptions {
  /// A regular expression in Python's syntax. Tokens that it matches at their start are removed.
  std::optional<std::string> remove_pattern;
  /// New tokens. An entry of one word is added to the model's vocabulary, an entry of several words
  /// to the added tokens.
  std::span<const std::string> vocabulary;
  /// The `corpus_words` most frequent words of these texts become new tokens as well.
  Texts corpus;
  std::size_t corpus_words = 0;
};

/// The static model's tokenizer, and the origin of each of its tokens.
struct RewrittenTokenizer {
  static constexpr std::uint32_t kNewToken = ModelVocabulary::kNewToken;

  base::Json tokenizer;                     ///< The new tokenizer.json.
  std::vector<std::string> tokens;          ///< By new id: 0, 1, 2, ...
  std::vector<std::uint32_t> original_ids;  ///< The teacher's id of each token, or kNewToken.
  std::size_t teacher_tokens = 0;    ///< Number of the teacher's tokens, added ones included.
  std::size_t entries_left_out = 0;  ///< Number of new entries that were skipped.
  /// Number of added tokens of several words, which are last in `tokens`.
  std::size_t phrases = 0;
};

/// Rewrites a teacher's tokenizer for a static model. It removes the post-processor, truncation and
/// padding; all added tokens except those for unknown text and for padding, also from the
/// vocabulary; and the tokens that the pattern matches, but never the unknown token. A ByteLevel
/// pre-tokenizer is set to add the prefix space. Ids are renumbered in the order of the old ids;
/// new tokens come last. Throws FormatError, or std::invalid_argument if the pattern is malformed
/// or leaves no tokens.
RewrittenTokenizer rewrite_tokenizer(const Teacher& teacher, const RewriteOptions& options,
                                     const base::Events& events);

}  // namespace m2v::distillation
