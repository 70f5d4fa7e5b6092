#pragma once

#include <cstddef>
#include <deque>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/json.h"
#include "m2v/text_format.h"
#include "text/csv_reader.h"
#include "text/json_fields.h"
#include "text/line_reader.h"

namespace m2v::train {

/// The content of a table's rows besides the text: labels, numbers, a partner text, a partner text
/// and a score, or a JSON value.
enum class TableKind { kLabels, kNumbers, kPairs, kScoredPairs, kValues };

/// A row of a table. Its views are valid until the next row is read.
struct TableRow {
  /// The type of labels as they are written in the file.
  enum class LabelType { kUnknown, kStrings, kIntegers };

  std::string location = {};                 ///< For error messages, for example "line 7".
  std::size_t line = 0;                      ///< Counted from 1.
  std::string_view text = {}, partner = {};  ///< `partner` is for pairs only.
  std::vector<std::string_view> labels = {};
  /// The type of the labels; kUnknown if there are none.
  LabelType type = LabelType::kUnknown;
  /// Whether the table allows any number of labels per text, rather than exactly one.
  bool several = false;
  std::vector<double> numbers = {};
  std::string value = {};  ///< As JSON.
  /// Whether this is the first line of TSV and may be a header.
  bool is_header = false;
};

/// Reads the rows of a table in TSV, CSV or JSONL.
class TableRows {
 public:
  /// options.format must be neither kByName nor kLines. Throws IoError.
  TableRows(text::TextSource source, TableKind kind, const TextOptions& options);

  /// Reads the next row into `row`. Returns false at the end. Throws FormatError.
  bool next(TableRow& row);

  const text::TextSource& source() const;
  const std::string& file() const { return source().name(); }

 private:
  bool next_record(TableRow& row);
  bool next_line(std::span<char>& line);
  bool is_blank_tsv(std::string_view line);
  bool read_csv_header();
  void read_header(std::size_t line);
  bool read_tsv(std::string_view line, TableRow& row);
  bool is_certain_header() const;
  void read_named(TableRow& row);
  void read_cell(std::string_view cell, TableRow& row);
  void read_json(std::span<char> line, TableRow& row);
  void read_json_label(TableRow& row);
  void take_json_label(const base::JsonAt& label, TableRow& row);
  void take_label(std::string_view label, TableRow& row) const;
  void check_label(std::string_view label) const;
  double number(std::string_view cell) const;
  bool has_partner() const {
    return kind_ == TableKind::kPairs || kind_ == TableKind::kScoredPairs;
  }
  [[noreturn]] void fail(const std::string& problem) const;
  text::LineReader& lines() { return std::get<text::LineReader>(reader_); }
  text::CsvReader& csv() { return std::get<text::CsvReader>(reader_); }

  TextFormat format_;
  TableKind kind_;
  OnEvent on_event_;
  std::variant<text::LineReader, text::CsvReader> reader_;
  /// From the options or the defaults; label_name_ may be empty.
  std::string text_name_, label_name_;
  text::JsonFields json_;             ///< Fields in the order of Field (table_rows.cpp).
  base::Json json_label_;             ///< The label of the current line.
  std::deque<std::string> integers_;  ///< Integer labels of the current line, as strings.
  std::size_t line_ = 0;
  std::size_t blank_line_ = 0;  ///< The first empty line; a row after it is an error.

  std::vector<std::string_view> cells_;  ///< The cells of the current line of TSV or CSV.
  bool has_header_ = false;
  /// Number of columns, and the indices of the named ones.
  std::size_t columns_ = 0;
  std::size_t text_ = 0, label_ = 0, score_ = 0;
  bool multilabel_ = false;
};

}  // namespace m2v::train
