#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/json.h"
#include "core/scratch_text.h"
#include "io/csv_records.h"
#include "m2v/text_table.h"

namespace m2v::io {

/// What a table is read for.
enum class TableKind { kLabels, kNumbers, kPairs };

/// A text and what is known of it. All but the texts may change with the next row.
struct TableRow {
  enum class LabelType { kUnknown, kStrings, kIntegers };

  std::string place = {};  ///< "line 7"
  std::string_view text = {}, partner = {};
  std::vector<std::string_view> labels = {};
  LabelType type = LabelType::kUnknown;  ///< Of the labels; a text without any has none.
  bool several = false;  ///< There may be any number of labels, and not one exactly.
  std::vector<float> numbers = {};
};

/// The rows of a table, one after the other.
class TableRows {
 public:
  /// `file` is for errors. Texts are views into `content` or into `decoded`.
  TableRows(std::string_view content, std::string file, TableFormat format, TableKind kind,
            core::ScratchText& decoded);

  /// False at the end. Throws FormatError.
  bool next(TableRow& row);

 private:
  bool next_line(std::string_view& line);
  void read_header();
  void read_tsv(std::string_view line, TableRow& row);
  void read_csv(TableRow& row);
  void read_json(std::string_view line, TableRow& row);
  void read_json_labels(const core::JsonAt& record, TableRow& row);
  std::size_t column(std::string_view name) const;
  float number(std::string_view cell) const;
  [[noreturn]] void fail(const std::string& problem) const;

  std::string_view rest_;
  std::string file_;
  TableFormat format_;
  TableKind kind_;
  core::ScratchText& decoded_;
  std::size_t line_ = 0;

  core::Json json_;                   ///< The line's.
  std::deque<std::string> integers_;  ///< Its integers as names.
  CsvRecords records_;
  std::vector<std::string_view> cells_;  ///< Of TSV and CSV.
  std::size_t columns_ = 0;              ///< CSV has so many, and among them:
  std::size_t text_ = 0, partner_ = 0, label_ = 0;
  bool several_ = false;
};

}  // namespace m2v::io
