#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "m2v/export.h"
#include "m2v/pipeline.h"
#include "m2v/tokenizer.h"
#include "m2v/types.h"

namespace m2v {

/// Why a text has its outputs. A text's vector is a sum over its tokens, divided by a number; each
/// hidden unit either passes its input on or is switched off. So every output, before the
/// activation, is a sum as well, up to rounding:
///
///   logits[o] = constant[o] + contributions[0, o] + ... + contributions[tokens - 1, o]
struct OutputExplanation {
  std::vector<Token> tokens;    ///< Those that count, and where they stand in the text.
  std::vector<float> logits;    ///< [outputs]
  std::vector<float> constant;  ///< [outputs], what the biases make of no token at all.
  Matrix contributions;         ///< [tokens, outputs]
};

/// Of a text, as predict_proba() reads it.
M2V_API OutputExplanation explain(const Pipeline& pipeline, std::string_view text);

/// What a word contributes to each output in the texts that have it.
struct WordEffect {
  std::string word;             ///< As it stands in the first of them.
  std::size_t texts = 0;        ///< How many they are.
  std::vector<double> effects;  ///< [outputs], the mean of its tokens' contributions together.
};

/// Of all words, in the order in which they come up. A word is the tokens of a run of letters and
/// digits (of Chinese characters, one); words of the same tokens are the same.
M2V_API std::vector<WordEffect> word_effects(const Pipeline& pipeline, Texts texts,
                                             unsigned threads = 0);

}  // namespace m2v
