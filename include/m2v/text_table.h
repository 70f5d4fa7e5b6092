#pragma once

#include <filesystem>
#include <memory>

#include "m2v/labels.h"
#include "m2v/types.h"

namespace m2v {

/// How a file of texts, with what is known of each, is laid out.
enum class TableFormat {
  kByName,  ///< By extension: .csv, .jsonl; anything else, and standard input, is TSV.
  kTsv,     ///< No header, no quoting. The text is the last column, a pair of texts the last two.
  kCsv,     ///< RFC 4180, with a header that names the columns as JSONL names its fields.
  kJsonl    ///< Fields `text` (a pair: `anchor`, `positive`) and `label` or `labels`.
};

/// Texts of a file with a label, numbers or a partner each, in order. Keeps the file mapped; the
/// views live as long as this object. "-" is standard input. Reading throws IoError, or FormatError
/// with the line.
class TextTable {
 public:
  /// Labels. TSV: the first column. CSV: the column `label`, or `labels` with semicolons between
  /// them; these are strings. JSONL: `label` is a string or an integer, `labels` a list of those;
  /// all lines have the same kind.
  static TextTable read_labels(const std::filesystem::path& path,
                               TableFormat format = TableFormat::kByName);

  /// Numbers, equally many a text. TSV: all columns before the text. CSV and JSONL: `label`, or
  /// `labels` as above.
  static TextTable read_numbers(const std::filesystem::path& path,
                                TableFormat format = TableFormat::kByName);

  /// Pairs of texts.
  static TextTable read_pairs(const std::filesystem::path& path,
                              TableFormat format = TableFormat::kByName);

  ~TextTable();
  TextTable(TextTable&&) noexcept;
  TextTable& operator=(TextTable&&) noexcept;

  Texts texts() const noexcept;
  const Labels& labels() const noexcept;  ///< Of read_labels().
  MatrixView numbers() const noexcept;    ///< Of read_numbers(): [texts, numbers].
  Texts partners() const noexcept;        ///< Of read_pairs(): one a text.

 private:
  struct Impl;
  explicit TextTable(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace m2v
