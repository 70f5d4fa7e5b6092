#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>

#include "m2v/export.h"
#include "m2v/labels.h"
#include "m2v/text_format.h"
#include "m2v/types.h"

namespace m2v {

/// Texts of a file with a label, numbers or a partner each, in order. They are copies, of which
/// many lie in a temporary file; the views live as long as this object. "-" is standard input, and
/// what has no name that tells the format is TSV. An empty last line is no row. Reading throws
/// IoError, or FormatError with the line; std::invalid_argument for lines, which have nothing but
/// the text.
class M2V_API TextTable {
 public:
  /// Labels. TSV: the first column. CSV: the column `label`, or `labels` with semicolons between
  /// them; these are strings. JSONL: `label` is a string or an integer, `labels` a list of those;
  /// all lines have the same kind. A TSV file's first line `label`, a tab, `text` is a header if no
  /// other line has that label. A label that is not well-formed UTF-8 is a FormatError.
  static TextTable read_labels(const std::filesystem::path& path, const TextOptions& options = {});

  /// Numbers, equally many per text. TSV: all columns before the text. CSV and JSONL: `label`, or
  /// `labels` as above.
  static TextTable read_numbers(const std::filesystem::path& path, const TextOptions& options = {});

  /// Pairs of texts. TSV: the last two columns. CSV and JSONL: `anchor` and `positive`.
  static TextTable read_pairs(const std::filesystem::path& path, const TextOptions& options = {});

  /// Anything, as JSON: the label's own of JSONL, a string of TSV and CSV (`labels` of CSV is a
  /// list of strings).
  static TextTable read_values(const std::filesystem::path& path, const TextOptions& options = {});

  ~TextTable();
  TextTable(TextTable&&) noexcept;
  TextTable& operator=(TextTable&&) noexcept;

  Texts texts() const noexcept;
  /// On which line of the file each text's row begins, counted from 1.
  std::span<const std::size_t> lines() const noexcept;
  const Labels& labels() const noexcept;  ///< Of read_labels().
  MatrixView numbers() const noexcept;    ///< Of read_numbers(): [texts, numbers].
  Texts partners() const noexcept;        ///< Of read_pairs(): one per text.
  Texts values() const noexcept;          ///< Of read_values(): JSON, one per text.

 private:
  struct Impl;
  explicit TextTable(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace m2v
