#pragma once

#include <variant>
#include <vector>

#include "core/json.h"
#include "tokenize/aligned_text.h"
#include "tokenize/pre_tokenizers/bert.h"
#include "tokenize/pre_tokenizers/byte_level.h"
#include "tokenize/pre_tokenizers/char_delimiter.h"
#include "tokenize/pre_tokenizers/digits.h"
#include "tokenize/pre_tokenizers/fixed_length.h"
#include "tokenize/pre_tokenizers/metaspace.h"
#include "tokenize/pre_tokenizers/punctuation.h"
#include "tokenize/pre_tokenizers/split.h"
#include "tokenize/pre_tokenizers/unicode_scripts.h"
#include "tokenize/pre_tokenizers/whitespace.h"

namespace m2v::tokenize {

/// A pre-tokenizer splits pieces of normalized text into finer ones, down to the words that the
/// model sees one by one. Each kind has `void split(std::vector<AlignedText>& words) const`, where
/// no word is empty.
using PreTokenizerStep =
    std::variant<BertPreTokenizer, ByteLevel, CharDelimiter, Digits, FixedLength, Metaspace,
                 Punctuation, Split, UnicodeScripts, Whitespace, WhitespaceSplit>;

/// The steps of a tokenizer's pre-tokenizer, Sequences flattened. No steps: the text is one word.
class PreTokenizer {
 public:
  PreTokenizer() = default;
  /// Reads `$.pre_tokenizer`. Throws FormatError for a type that it does not know.
  static PreTokenizer parse(const core::JsonAt& json);

  void split(std::vector<AlignedText>& words) const;
  const std::vector<PreTokenizerStep>& steps() const noexcept { return steps_; }

 private:
  std::vector<PreTokenizerStep> steps_;
};

}  // namespace m2v::tokenize
