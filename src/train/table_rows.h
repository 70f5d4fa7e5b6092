#pragma once

#include <cstddef>
#include <deque>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/json.h"
#include "m2v/text_format.h"
#include "text/csv_reader.h"
#include "text/json_fields.h"
#include "text/line_reader.h"

namespace m2v::io {

/// What a table is read for.
enum class TableKind { kLabels, kNumbers, kPairs, kScoredPairs, kValues };

/// A text and what is known of it. All of it may change with the next row.
struct TableRow {
  enum class LabelType { kUnknown, kStrings, kIntegers };

  std::string place = {};  ///< "line 7"
  std::size_t line = 0;
  std::string_view text = {}, partner = {};
  std::vector<std::string_view> labels = {};
  LabelType type = LabelType::kUnknown;  ///< Of the labels; a text without any has none.
  bool several = false;  ///< There may be any number of labels, and not one exactly.
  std::vector<double> numbers = {};
  std::string value = {};  ///< JSON.
  bool is_header = false;  ///< The first line of TSV, which may as well be a header.
};

/// The rows of a table, one after the other.
class TableRows {
 public:
  /// options.format is none of kByName and kLines. Throws IoError.
  TableRows(text::TextSource source, TableKind kind, const TextOptions& options);

  /// False at the end. Throws FormatError.
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
  void take_json_label(const core::JsonAt& label, TableRow& row);
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
  std::string text_name_, label_name_;  ///< Of the options; the second may be empty.
  text::JsonFields json_;               ///< Fields in the order of kText and so on.
  core::Json json_label_;               ///< The line's.
  std::deque<std::string> integers_;    ///< Its integers as names.
  std::size_t line_ = 0;
  std::size_t blank_line_ = 0;  ///< The first empty line, which no row may follow.

  std::vector<std::string_view> cells_;  ///< Of TSV and CSV.
  bool has_header_ = false;
  std::size_t columns_ = 0;  ///< So many, and among them:
  std::size_t text_ = 0, label_ = 0, score_ = 0;
  bool several_ = false;
};

}  // namespace m2v::io
