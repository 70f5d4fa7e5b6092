#pragma once

#include <string>
#include <variant>
#include <vector>

#include "core/json.h"
#include "tokenize/pre_tokenizers/bert.h"

namespace m2v::tokenize {

/// A pre-tokenizer splits pieces of normalized text into finer ones, down to the words that the
/// model sees one by one. Each kind has `void split(std::vector<std::string>& words) const`.
using PreTokenizerStep = std::variant<BertPreTokenizer>;

/// The steps of a tokenizer's pre-tokenizer, Sequences flattened. No steps: the text is one word.
class PreTokenizer {
 public:
  PreTokenizer() = default;
  /// Reads `$.pre_tokenizer`. Throws FormatError for a type that it does not know.
  static PreTokenizer parse(const core::JsonAt& json);

  void split(std::vector<std::string>& words) const;
  const std::vector<PreTokenizerStep>& steps() const noexcept { return steps_; }

 private:
  std::vector<PreTokenizerStep> steps_;
};

}  // namespace m2v::tokenize
