#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>

#include "m2v/export.h"
#include "m2v/labels.h"
#include "m2v/text_format.h"
#include "m2v/types.h"

// Training data: files of texts with labels, numbers or partners.
//
//   const auto data = m2v::TextTable::read_labels("train.csv");
//   const auto classifier = m2v::fit(model, data.texts(), data.labels());  // see m2v/fit.h

namespace m2v {

/// The texts of a TSV, CSV or JSONL file, each with a label, numbers, a partner or a value, in
/// order. Texts are copies, most of which may be held in a temporary file rather than in memory.
/// Views are valid as long as this object.
///
/// For all read functions: "-" is standard input, and the format is TSV if neither options.format
/// nor the name determines it. An empty line at the end is ignored. They throw IoError;
/// FormatError, with the line; or std::invalid_argument for the format kLines, which has nothing
/// but texts.
class M2V_API TextTable {
 public:
  /// Reads texts with labels.
  /// - TSV: the label is the first column. A first line `label`, a tab, `text` is a header unless
  ///   another line has the same label.
  /// - CSV: the column `label` has one label, or the column `labels` any number, separated by
  ///   semicolons.
  /// - JSONL: `label` is a string or an integer, or `labels` is a list of them. All labels of a
  ///   file have the same type.
  ///
  /// Labels of TSV and CSV are strings. A label that is not well-formed UTF-8 is a FormatError.
  [[nodiscard]] static TextTable read_labels(const std::filesystem::path& path,
                                             const TextOptions& options = {});

  /// Reads texts with numbers, the same number of them for each text. TSV: all columns before the
  /// text. CSV and JSONL: `label`, or `labels` as in read_labels().
  [[nodiscard]] static TextTable read_numbers(const std::filesystem::path& path,
                                              const TextOptions& options = {});

  /// Reads pairs of texts. TSV: the last two columns. CSV and JSONL: `anchor` and `positive`.
  [[nodiscard]] static TextTable read_pairs(const std::filesystem::path& path,
                                            const TextOptions& options = {});

  /// Reads texts with values of any kind, as JSON: in JSONL, the label as it is; in TSV and CSV, a
  /// string, or a list of strings for the CSV column `labels`.
  [[nodiscard]] static TextTable read_values(const std::filesystem::path& path,
                                             const TextOptions& options = {});

  ~TextTable();
  TextTable(TextTable&&) noexcept;
  TextTable& operator=(TextTable&&) noexcept;

  Texts texts() const noexcept;  ///< All texts, in file order.
  /// The line of the file on which each text's row begins, counted from 1.
  std::span<const std::size_t> lines() const noexcept;
  const Labels& labels() const noexcept;  ///< After read_labels(): the labels.
  MatrixView numbers() const noexcept;    ///< After read_numbers(): [texts, numbers].
  Texts partners() const noexcept;        ///< After read_pairs(): the second text of each pair.
  Texts values() const noexcept;          ///< After read_values(): one JSON value per text.

 private:
  struct Impl;
  explicit TextTable(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace m2v
