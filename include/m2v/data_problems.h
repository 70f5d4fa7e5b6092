#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "m2v/export.h"
#include "m2v/labels.h"
#include "m2v/types.h"

// Checks labelled texts for likely mistakes. fit() and cross_validate() do so themselves and report
// what they find as warnings.
//
//   for (const m2v::DataProblem& problem : m2v::find_data_problems(data.texts(), data.labels())) {
//     std::cerr << m2v::describe(problem, data.lines()) << "\n";
//   }

namespace m2v {

/// A likely mistake in labelled texts.
struct DataProblem {
  enum class Kind {
    kEmptyText,          ///< Texts that are empty or only whitespace.
    kHeader,             ///< A header row that was read as a text and its label.
    kSwappedColumns,     ///< Labels that look like texts.
    kSimilarLabels,      ///< Labels that differ only in case or whitespace.
    kSingleText,         ///< Classes with only one text.
    kConflictingLabels,  ///< Equal texts with different labels, if at least 1% of all texts.
  };
  static constexpr std::size_t kMaxTexts = 10;  ///< Maximum size of `texts`.

  Kind kind = Kind::kEmptyText;
  std::string message;    ///< Description, without positions: "3 texts are empty".
  std::size_t count = 0;  ///< Number of affected texts.
  /// Positions of the first kMaxTexts of them, counted from 0; empty if all texts are affected.
  std::vector<std::size_t> texts;
};

/// The stage of the warnings with which fit() and cross_validate() report problems.
inline constexpr std::string_view kDataStage = "training data";

/// Returns the name of a kind: "empty_text", "header", "swapped_columns", "similar_labels",
/// "single_text" or "conflicting_labels".
[[nodiscard]] M2V_API std::string_view name_of(DataProblem::Kind kind) noexcept;

/// Returns the problems of labelled texts, at most one of each kind, in the order of the kinds.
/// Throws std::invalid_argument if the numbers of texts and labels differ.
[[nodiscard]] M2V_API std::vector<DataProblem> find_data_problems(Texts texts,
                                                                  const Labels& labels);
/// Returns the problems of texts without labels. The only one is kEmptyText.
[[nodiscard]] M2V_API std::vector<DataProblem> find_data_problems(Texts texts);

/// Returns the message with positions: "3 texts are empty: lines 4, 9 and 12". `lines` has the line
/// of each text; if it is empty, the positions of the texts are listed instead.
[[nodiscard]] M2V_API std::string describe(const DataProblem& problem,
                                           std::span<const std::size_t> lines = {});

}  // namespace m2v
