#include "train/table_rows.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <utility>

#include "base/ascii_space.h"
#include "base/events.h"
#include "m2v/error.h"
#include "text/formats.h"

namespace m2v::train {
namespace {

enum Field : std::size_t { kText, kLabel, kLabels, kScore };

constexpr std::string_view kOneLabel = "label", kSeveralLabels = "labels", kScoreName = "score";

std::string_view without_spaces(std::string_view text) { return base::trimmed(text, " "); }

std::string default_text_name(TableKind kind) {
  if (kind == TableKind::kScoredPairs) return "sentence1";
  return kind == TableKind::kPairs ? "anchor" : "text";
}

/// Returns an empty name if the column may be "label" or "labels".
std::string default_label_name(TableKind kind) {
  if (kind == TableKind::kScoredPairs) return "sentence2";
  return kind == TableKind::kPairs ? "positive" : "";
}

std::vector<std::string> json_names(const std::string& text, const std::string& label) {
  if (!label.empty()) return {text, label, "", std::string(kScoreName)};
  return {text, std::string(kOneLabel), std::string(kSeveralLabels), std::string(kScoreName)};
}

std::variant<text::LineReader, text::CsvReader> reader_of(text::TextSource source,
                                                          TextFormat format) {
  if (format == TextFormat::kCsv) return text::CsvReader(std::move(source));
  return text::LineReader(std::move(source));
}

std::string or_else(const std::string& name, const std::string& fallback) {
  return name.empty() ? fallback : name;
}

/// Calls take(part) for each part between semicolons; not at all for an empty text.
template <typename Take>
void split_labels(std::string_view text, const Take& take) {
  text = without_spaces(text);
  while (!text.empty()) {
    const std::size_t end = text.find(';');
    take(without_spaces(text.substr(0, end)));
    if (end == std::string_view::npos) return;
    text.remove_prefix(end + 1);
    if (text.empty()) take(text);  // an empty last part
  }
}

}  // namespace

TableRows::TableRows(text::TextSource source, TableKind kind, const TextOptions& options)
    : format_(options.format),
      kind_(kind),
      on_event_(options.on_event),
      reader_(reader_of(std::move(source), options.format)),
      text_name_(or_else(options.text_field, default_text_name(kind))),
      label_name_(or_else(options.label_field, default_label_name(kind))),
      json_(json_names(text_name_, label_name_)),
      has_header_(format_ == TextFormat::kTsv &&
                  !(options.text_field.empty() && options.label_field.empty())) {}

const text::TextSource& TableRows::source() const {
  return std::visit([](const auto& reader) -> const text::TextSource& { return reader.source(); },
                    reader_);
}

void TableRows::fail(const std::string& problem) const {
  throw FormatError(file(), "line " + std::to_string(line_), problem);
}

bool TableRows::next(TableRow& row) {
  row.labels.clear();
  row.numbers.clear();
  row.type = TableRow::LabelType::kUnknown;
  row.is_header = false;
  if (!next_record(row)) return false;
  if (kind_ == TableKind::kValues && label_name_.empty()) check_label(row.value);
  row.line = line_;
  row.location = "line " + std::to_string(line_);
  return true;
}

bool TableRows::next_record(TableRow& row) {
  if (format_ == TextFormat::kCsv) {
    if (!has_header_ && !read_csv_header()) throw FormatError(file(), "", "a header is expected");
    while (!csv().next(cells_)) {
      if (!csv().next_block()) return false;
    }
    line_ = csv().line();
    read_named(row);
    return true;
  }
  for (std::span<char> line; next_line(line);) {
    const std::string_view text(line.data(), line.size());
    if (format_ == TextFormat::kJsonl) {
      if (text::is_blank(text)) {
        if (blank_line_ == 0) blank_line_ = line_;
        continue;
      }
      if (blank_line_ > 0) text::throw_blank_line_error(file(), blank_line_);
      read_json(line, row);
      return true;
    }
    if (is_blank_tsv(text)) continue;
    if (read_tsv(text, row)) return true;
  }
  return false;
}

bool TableRows::next_line(std::span<char>& line) {
  while (!lines().next(line)) {
    if (!lines().next_block()) return false;
  }
  line_ = lines().line();
  return true;
}

/// Returns whether a line of TSV is empty. Empty lines are allowed at the end only: throws
/// FormatError for any other line after one.
bool TableRows::is_blank_tsv(std::string_view line) {
  if (line.empty()) {
    if (blank_line_ == 0) blank_line_ = line_;
    return true;
  }
  if (blank_line_ > 0) {
    line_ = blank_line_;
    fail("empty line between rows");
  }
  return false;
}

bool TableRows::read_csv_header() {
  while (!csv().next(cells_)) {
    if (!csv().next_block()) return false;
  }
  has_header_ = true;
  line_ = csv().line();
  read_header(line_);
  return true;
}

/// Finds the columns in the cells of the header.
void TableRows::read_header(std::size_t line) {
  columns_ = cells_.size();
  text_ = text::column_of(cells_, text_name_, file(), line);
  if (kind_ == TableKind::kScoredPairs) score_ = text::column_of(cells_, kScoreName, file(), line);
  if (!label_name_.empty()) {
    label_ = text::column_of(cells_, label_name_, file(), line);
    multilabel_ = label_name_ == kSeveralLabels;
    return;
  }
  multilabel_ = std::ranges::find(cells_, kSeveralLabels) != cells_.end();
  if (multilabel_ && std::ranges::find(cells_, kOneLabel) != cells_.end()) {
    fail("the header has both \"label\" and \"labels\": rename one");
  }
  label_ = text::column_of(cells_, multilabel_ ? kSeveralLabels : kOneLabel, file(), line);
}

/// Reads a line of TSV. Returns false if it is a header.
bool TableRows::read_tsv(std::string_view line, TableRow& row) {
  text::split_tabs(line, cells_);
  if (has_header_) {
    if (columns_ > 0) return read_named(row), true;
    read_header(line_);
    return false;
  }
  if (line_ == 1 && is_certain_header()) {
    base::Events(on_event_).warn("reading", text::header_warning(file(), line));
    return false;
  }
  const std::size_t texts = has_partner() ? 2 : 1;
  if (cells_.size() < (kind_ == TableKind::kPairs ? 2 : texts + 1)) {
    fail(kind_ == TableKind::kScoredPairs ? "expected score, text and text between tabs"
         : kind_ == TableKind::kPairs     ? "a text, a tab and a text are expected"
         : kind_ == TableKind::kNumbers   ? "a number, a tab and a text are expected"
                                          : "a label, a tab and a text are expected");
  }
  row.text = cells_[cells_.size() - texts];
  if (has_partner()) row.partner = cells_.back();
  row.several = false;
  if (kind_ == TableKind::kScoredPairs) row.numbers.push_back(number(cells_.front()));
  if (kind_ == TableKind::kNumbers) {
    for (std::size_t i = 0; i + 1 < cells_.size(); ++i) row.numbers.push_back(number(cells_[i]));
  }
  if (kind_ == TableKind::kLabels) {
    if (cells_.front().empty()) fail("the label, which is the first column, is empty");
    read_cell(cells_.front(), row);
  }
  if (kind_ == TableKind::kValues) read_cell(cells_.front(), row);
  const bool has_labels = kind_ == TableKind::kLabels || kind_ == TableKind::kValues;
  row.is_header = has_labels && line_ == 1 && text::is_label_name(cells_.front()) &&
                  text::is_text_name(cells_.back());
  return true;
}

/// Returns whether the first line of TSV cannot be a row: a score must be a number, and "anchor"
/// and "positive" are not a pair of texts.
bool TableRows::is_certain_header() const {
  if (kind_ == TableKind::kPairs) {
    const std::string_view left = cells_.size() < 2 ? "" : cells_[cells_.size() - 2];
    return (left == "anchor" && cells_.back() == "positive") ||
           (left == "sentence1" && cells_.back() == "sentence2");
  }
  const bool has_numbers = kind_ == TableKind::kNumbers || kind_ == TableKind::kScoredPairs;
  return has_numbers && cells_.size() > 1 && text::is_score_name(cells_.front());
}

/// Reads the cells of a table with a header.
void TableRows::read_named(TableRow& row) {
  text::check_column_count(cells_.size(), columns_, file(), line_);
  row.text = cells_[text_];
  row.several = multilabel_;
  if (has_partner()) row.partner = cells_[label_];
  if (kind_ == TableKind::kScoredPairs) row.numbers.push_back(number(cells_[score_]));
  if (!has_partner()) read_cell(cells_[label_], row);
}

/// Reads the cell of the label column: labels, numbers, or a value.
void TableRows::read_cell(std::string_view cell, TableRow& row) {
  row.type = TableRow::LabelType::kStrings;
  if (kind_ == TableKind::kValues) {
    base::Json json(cell);
    if (row.several) {
      json = base::Json::Array();
      split_labels(cell, [&](std::string_view part) { json.array().emplace_back(part); });
    }
    row.value = json.dump();
    return;
  }
  const auto take = [&](std::string_view part) {
    if (kind_ == TableKind::kNumbers) return row.numbers.push_back(number(without_spaces(part)));
    if (part.empty()) fail("an empty label");
    take_label(part, row);
  };
  row.several ? split_labels(cell, take) : take(cell);
}

/// Appends a label after checking it. A class is identified by its name, so the name must be
/// exactly as it was written.
void TableRows::take_label(std::string_view label, TableRow& row) const {
  check_label(label);
  row.labels.push_back(label);
}

void TableRows::check_label(std::string_view label) const {
  if (label.find("\uFFFD") == std::string_view::npos) return;
  fail("the label \"" + std::string(label.substr(0, 80)) +
       "\" is not well-formed UTF-8: save the file as UTF-8");
}

void TableRows::read_json(std::span<char> line, TableRow& row) {
  json_.read(line, file(), line_);
  row.text = json_.string(kText);
  if (kind_ == TableKind::kScoredPairs) {
    const base::Json score = json_.value(kScore);
    row.numbers.push_back(base::JsonAt(score, file(), json_.location(kScore)).number());
  }
  has_partner() ? void(row.partner = json_.string(kLabel)) : read_json_label(row);
}

void TableRows::read_json_label(TableRow& row) {
  integers_.clear();
  const bool named = !label_name_.empty();
  const bool one = json_.has(kLabel), list = !named && json_.has(kLabels);
  if (one && list) fail("$: both \"label\" and \"labels\": leave one out");
  if (!one && !list) {
    fail(named ? "$: no \"" + label_name_ + "\"" : "$: no \"label\" and no \"labels\"");
  }
  const Field field = one ? kLabel : kLabels;
  json_label_ = json_.value(field);
  const base::JsonAt label(json_label_, file(), json_.location(field));
  if (kind_ == TableKind::kValues) {
    row.value = json_label_.dump();
    return;
  }
  row.several = list || (named && json_label_.is_array());
  if (!row.several) return take_json_label(label, row);
  for (const base::JsonAt& element : label.elements()) take_json_label(element, row);
}

void TableRows::take_json_label(const base::JsonAt& label, TableRow& row) {
  if (kind_ == TableKind::kNumbers) {
    if (!label.value().is_number()) label.fail("a number is expected");
    if (std::abs(label.number()) > std::numeric_limits<float>::max()) {
      label.fail("the number is too large");
    }
    row.numbers.push_back(label.number());
    return;
  }
  const bool is_integer = label.value().is_integer();
  if (!is_integer && !label.value().is_string()) label.fail("a label is a string or an integer");
  const auto type = is_integer ? TableRow::LabelType::kIntegers : TableRow::LabelType::kStrings;
  if (!row.labels.empty() && row.type != type) {
    label.fail("strings and integers in one list: use one of them throughout");
  }
  row.type = type;
  take_label(is_integer ? integers_.emplace_back(std::to_string(label.integer()))
                        : std::string_view(label.value().string()),
             row);
}

double TableRows::number(std::string_view cell) const {
  const auto parse = [&](auto value) -> double {
    const char* const begin = cell.empty() ? "" : cell.data();
    const auto [end, error] = std::from_chars(begin, begin + cell.size(), value);
    if (error != std::errc() || end != begin + cell.size() || !std::isfinite(value)) {
      fail("\"" + std::string(cell.substr(0, 40)) + "\" is not a finite number");
    }
    return value;
  };
  return kind_ == TableKind::kScoredPairs ? parse(0.0) : parse(0.0f);
}

}  // namespace m2v::train
