#pragma once

#include <variant>
#include <vector>

#include "base/json.h"
#include "tokenizer/aligned_text.h"
#include "tokenizer/pre_tokenizers/bert.h"
#include "tokenizer/pre_tokenizers/byte_level.h"
#include "tokenizer/pre_tokenizers/char_delimiter.h"
#include "tokenizer/pre_tokenizers/digits.h"
#include "tokenizer/pre_tokenizers/fixed_length.h"
#include "tokenizer/pre_tokenizers/metaspace.h"
#include "tokenizer/pre_tokenizers/punctuation.h"
#include "tokenizer/pre_tokenizers/split.h"
#include "tokenizer/pre_tokenizers/unicode_scripts.h"
#include "tokenizer/pre_tokenizers/whitespace.h"

namespace m2v::tokenizer {

/// One step of a pre-tokenizer, which splits pieces of normalized text further; the final pieces
/// are the words that the model tokenizes one by one.
///
/// Each kind has `void split(std::vector<AlignedText>& words) const`, which neither expects nor
/// produces empty words. Those with options have a parse() that throws FormatError if they are
/// malformed.
using PreTokenizerStep =
    std::variant<BertPreTokenizer, ByteLevel, CharDelimiter, Digits, FixedLength, Metaspace,
                 Punctuation, Split, UnicodeScripts, Whitespace, WhitespaceSplit>;

/// The pre-tokenizer of a tokenizer: its steps, with every Sequence flattened. Without steps, the
/// text is one word. Immutable.
class PreTokenizer {
 public:
  PreTokenizer() = default;
  /// Reads `$.pre_tokenizer`. Throws FormatError if it is malformed or has an unknown type.
  static PreTokenizer parse(const base::JsonAt& json);

  /// Replaces each word with the words that the steps make of it.
  void split(std::vector<AlignedText>& words) const;
  const std::vector<PreTokenizerStep>& steps() const noexcept { return steps_; }

 private:
  std::vector<PreTokenizerStep> steps_;
};

}  // namespace m2v::tokenizer
