#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>

#include "m2v/io.h"
#include "m2v/labels.h"
#include "m2v/text_table.h"
#include "m2v/types.h"

namespace m2v::cli {

/// What a model is fitted to.
enum class FitTask { kClassification, kSimilarity, kRegression, kPairs };

/// The texts of a fit and what belongs to each: labels, vectors or a partner. The views live as
/// long as this object.
class FitData {
 public:
  /// With `targets`, a .npy file of one row a text, `path` is read for its texts alone. Throws
  /// IoError, FormatError, or Error if the numbers of texts and targets differ.
  static FitData read(FitTask task, const std::string& path, const TextOptions& format,
                      const std::string& targets);

  Texts texts() const { return table_ ? table_->texts() : file_->texts(); }
  /// The line of each text's row; none where the texts are lines themselves.
  std::span<const std::size_t> lines() const {
    return table_ ? table_->lines() : std::span<const std::size_t>();
  }
  const Labels& labels() const { return table_->labels(); }
  MatrixView targets() const { return file_ ? MatrixView(vectors_) : table_->numbers(); }
  Texts partners() const { return table_->partners(); }

 private:
  FitData() = default;

  std::optional<TextTable> table_;
  std::optional<TextFile> file_;  ///< With targets of their own.
  Matrix vectors_;
};

}  // namespace m2v::cli
