#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "m2v/export.h"
#include "m2v/labels.h"
#include "m2v/types.h"

namespace m2v {

/// Something in labelled texts that is most likely a mistake.
struct DataProblem {
  enum class Kind {
    kEmptyText,          ///< Texts without a character that is not white space.
    kHeader,             ///< A row that names the columns, taken for a text and its label.
    kSwappedColumns,     ///< Labels that look like texts.
    kSimilarLabels,      ///< Labels that differ only in case or in white space.
    kSingleText,         ///< Classes of which there is one text.
    kConflictingLabels,  ///< Equal texts with different labels: one text in a hundred, or more.
  };
  static constexpr std::size_t kMaxTexts = 10;

  Kind kind = Kind::kEmptyText;
  std::string message;    ///< What is wrong, without a place: "3 texts are empty".
  std::size_t count = 0;  ///< How many texts it is about.
  /// The first kMaxTexts of these, counted from 0; empty if it is about all texts.
  std::vector<std::size_t> texts;
};

/// The stage of the warnings by which fit() and cross_validate() tell of them.
inline constexpr std::string_view kDataStage = "training data";

/// "empty_text", "header", "swapped_columns", "similar_labels", "single_text" or
/// "conflicting_labels".
M2V_API std::string_view name_of(DataProblem::Kind kind) noexcept;

/// The problems of labelled texts, one of each kind at most, in the order of the kinds. Throws
/// std::invalid_argument if there is not one set of labels for each text.
M2V_API std::vector<DataProblem> find_data_problems(Texts texts, const Labels& labels);
/// The same of texts without labels, which can only be empty.
M2V_API std::vector<DataProblem> find_data_problems(Texts texts);

/// The message with the places: "3 texts are empty: lines 4, 9 and 12". `lines` has the line of
/// each text; without it, texts are named by their index.
M2V_API std::string describe(const DataProblem& problem, std::span<const std::size_t> lines = {});

}  // namespace m2v
