#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "m2v/export.h"
#include "m2v/model_with_head.h"
#include "m2v/tokenizer.h"
#include "m2v/types.h"

// Explanations of a classifier's outputs: how much each token, or word, contributes.
//
//   const m2v::OutputExplanation why = m2v::explain(classifier, text);
//   const float contribution = why.contributions.row(token)[output];

namespace m2v {

/// The contributions of a text's tokens to its outputs. The text's vector is a sum over its tokens
/// times a factor, and each hidden unit either passes its input on or is switched off. Every output
/// before the activation is therefore a sum over tokens as well, up to rounding:
///
///   logits[o] = constant[o] + contributions[0, o] + ... + contributions[tokens - 1, o]
struct OutputExplanation {
  std::vector<Token> tokens;    ///< The tokens of the text's vector, with their positions.
  std::vector<float> logits;    ///< [outputs], the outputs before the activation.
  std::vector<float> constant;  ///< [outputs], the contribution of the biases.
  Matrix contributions;         ///< [tokens, outputs]
};

/// Explains the outputs that predict_proba() computes for a text.
[[nodiscard]] M2V_API OutputExplanation explain(const ModelWithHead& trained,
                                                std::string_view text);

/// The mean contribution of a word to each output, over the texts that contain it.
struct WordEffect {
  std::string word;             ///< As written in the first of these texts.
  std::size_t texts = 0;        ///< Number of these texts.
  std::vector<double> effects;  ///< [outputs], means of the summed contributions of its tokens.
};

/// Returns the effects of all words of some texts, in order of first appearance. A word consists of
/// the tokens of a run of letters and digits, or of a single Chinese character; words with the same
/// tokens are the same word. `threads`: 0 for one per hardware thread.
[[nodiscard]] M2V_API std::vector<WordEffect> word_effects(const ModelWithHead& trained,
                                                           Texts texts, unsigned threads = 0);

}  // namespace m2v
