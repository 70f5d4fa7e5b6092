#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>

#include "m2v/labels.h"
#include "m2v/text_file.h"
#include "m2v/text_table.h"
#include "m2v/types.h"

namespace m2v::cli {

/// The training task, which determines the targets: classes, vectors, numbers or partner texts.
enum class FitTask { kClassification, kSimilarity, kRegression, kPairs };

/// The texts to train on and the target of each text: labels, a vector, or a partner text. The
/// views that the members return are valid as long as this object.
class FitData {
 public:
  /// Reads texts and targets from `path`. If `targets` is not empty, it is a file of vectors (.npy)
  /// with one row per text, and only the texts of `path` are read. Throws IoError, FormatError, or
  /// Error if the numbers of texts and targets differ.
  static FitData read(FitTask task, const std::string& path, const TextOptions& format,
                      const std::string& targets);

  /// The texts to train on.
  Texts texts() const { return table_ ? table_->texts() : file_->texts(); }
  /// Line number of each text's record; empty if the targets come from a file of their own.
  std::span<const std::size_t> lines() const {
    return table_ ? table_->lines() : std::span<const std::size_t>();
  }
  /// One or several labels per text. Precondition: read for classification.
  const Labels& labels() const { return table_->labels(); }
  /// One row per text. Precondition: read for similarity or regression.
  MatrixView targets() const { return file_ ? MatrixView(vectors_) : table_->numbers(); }
  /// One partner per text. Precondition: read for pairs.
  Texts partners() const { return table_->partners(); }

 private:
  FitData() = default;

  std::optional<TextTable> table_;
  std::optional<TextFile> file_;  ///< The texts, if their targets are in a separate file.
  Matrix vectors_;                ///< The targets of `file_`: [texts, dim].
};

}  // namespace m2v::cli
