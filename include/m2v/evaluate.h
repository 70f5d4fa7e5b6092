#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "m2v/export.h"
#include "m2v/static_model.h"
#include "m2v/text_format.h"

namespace m2v {

/// Pairs of texts and how alike people found them.
struct M2V_API ScoredPairs {
  std::vector<double> scores;
  std::vector<std::string> left, right;

  /// TSV, which is the default: the score is the first column, the texts the last two. CSV and
  /// JSONL: `score`, `sentence1` and `sentence2`; options.text_field names the first text,
  /// options.label_field the second one. Throws IoError, or FormatError with the line.
  static ScoredPairs read(const std::filesystem::path& path, const TextOptions& options = {});
};

/// How well cosines agree with people's scores.
struct StsScores {
  double spearman = 0;
  double pearson = 0;
};

/// Correlates the scores with the cosines of the pairs' vectors. A pair with a text without known
/// tokens has the cosine 0. Throws Error if the scores or the cosines are all the same.
M2V_API StsScores evaluate_sts(const StaticModel& model, const ScoredPairs& pairs,
                               unsigned threads = 0);

/// Cosines between what should be the same vectors.
struct Agreement {
  std::size_t compared = 0;
  double min = 1;
  double mean = 1;
  std::size_t worst = 0;  ///< Where the least one is: a token id of the first model, or a text.
};

/// How two models differ.
struct M2V_API ModelDifference {
  std::size_t only_first = 0, only_second = 0;  ///< Tokens that the other one does not have.
  std::size_t renumbered = 0;                   ///< Tokens with other ids.
  std::size_t other_ids = 0;                    ///< Texts of which the tokens are others.
  /// Of the tokens that both have, times their weights. No value: the dimensions differ.
  std::optional<Agreement> rows;
  /// Of the texts. No value: there are none, or the dimensions differ.
  std::optional<Agreement> texts;

  /// The same tokens with the same ids, and no cosine below `least`.
  bool is_within(double least) const;
};

/// Compares the models token by token, and text by text. The cosine of two zero vectors is 1, of
/// a zero vector with another 0.
M2V_API ModelDifference compare(const StaticModel& first, const StaticModel& second,
                                Texts texts = {}, unsigned threads = 0);

}  // namespace m2v
