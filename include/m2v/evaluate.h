#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "m2v/export.h"
#include "m2v/static_model.h"
#include "m2v/text_format.h"

// Evaluation of models: semantic textual similarity (STS), and the comparison of two models.
//
//   const auto pairs = m2v::ScoredPairs::read("stsb_test.tsv");
//   const double spearman = m2v::evaluate_sts(model, pairs).spearman;

namespace m2v {

/// Pairs of texts with human judgements of their similarity.
struct M2V_API ScoredPairs {
  std::vector<double> scores;            ///< One per pair; larger is more similar.
  std::vector<std::string> left, right;  ///< The two texts of each pair.

  /// Reads a file. In TSV, which is the default, the score is the first column and the texts are
  /// the last two. In CSV and JSONL they are `score`, `sentence1` and `sentence2`;
  /// options.text_field names the first text, options.label_field the second one. Throws IoError;
  /// FormatError, with the line; or std::invalid_argument for the format kLines.
  [[nodiscard]] static ScoredPairs read(const std::filesystem::path& path,
                                        const TextOptions& options = {});
};

/// Correlations between cosines and human scores, in [-1, 1].
struct StsScores {
  double spearman = 0;  ///< Rank correlation.
  double pearson = 0;   ///< Linear correlation.
};

/// Correlates the scores of pairs with the cosines of their vectors. The cosine is 0 if either text
/// has no known tokens. `threads`: 0 for one per hardware thread. Throws Error if all scores or all
/// cosines are equal.
[[nodiscard]] M2V_API StsScores evaluate_sts(const StaticModel& model, const ScoredPairs& pairs,
                                             unsigned threads = 0);

/// Cosines between vectors of one model and the corresponding vectors of another.
struct Agreement {
  std::size_t compared = 0;  ///< Number of cosines.
  double min = 1;
  double mean = 1;
  std::size_t worst = 0;  ///< Where the smallest is: a token id of the first model, or a text.
};

/// The differences between two models.
struct M2V_API ModelDifference {
  std::size_t only_first = 0, only_second = 0;  ///< Number of tokens that only one model has.
  std::size_t renumbered = 0;                   ///< Number of common tokens whose ids differ.
  std::size_t texts_with_other_ids = 0;         ///< Number of texts with different token ids.
  /// Agreement of the weighted rows of common tokens. No value if the dimensions differ.
  std::optional<Agreement> rows;
  /// Agreement of the vectors of the texts. No value if there are no texts or the dimensions
  /// differ.
  std::optional<Agreement> texts;

  /// Returns whether tokens, ids and dimensions are the same and no cosine is below `min_cosine`.
  [[nodiscard]] bool is_within(double min_cosine) const;
};

/// Compares two models token by token and text by text. The cosine of two zero vectors is 1, that
/// of a zero vector and another one 0. `threads`: 0 for one per hardware thread.
[[nodiscard]] M2V_API ModelDifference compare(const StaticModel& first, const StaticModel& second,
                                              Texts texts = {}, unsigned threads = 0);

}  // namespace m2v
