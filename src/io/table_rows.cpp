#include "io/table_rows.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <utility>

#include "m2v/error.h"

namespace m2v::io {
namespace {

constexpr std::string_view kText = "text", kAnchor = "anchor", kPositive = "positive",
                           kLabel = "label", kLabels = "labels";

std::string_view without_blanks(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(' ');
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(' ') + 1 - begin);
}

/// Calls take(part) for each part between separators; for none if there is nothing at all.
template <typename Take>
void split(std::string_view text, char separator, const Take& take) {
  while (!text.empty()) {
    const std::string_view part = text.substr(0, text.find(separator));
    take(part);
    text.remove_prefix(std::min(text.size(), part.size() + 1));
    if (text.empty() && part.data() + part.size() != text.data()) take(text);  // it ended with one
  }
}

}  // namespace

TableRows::TableRows(std::string_view content, std::string file, TableFormat format, TableKind kind,
                     core::ScratchText& decoded)
    : rest_(content.starts_with("\xEF\xBB\xBF") ? content.substr(3) : content),
      file_(std::move(file)),
      format_(format),
      kind_(kind),
      decoded_(decoded),
      records_(rest_, file_, decoded) {
  if (format_ == TableFormat::kCsv) read_header();
}

void TableRows::fail(const std::string& problem) const {
  throw FormatError(file_, "line " + std::to_string(line_), problem);
}

bool TableRows::next(TableRow& row) {
  row.labels.clear();
  row.numbers.clear();
  row.type = TableRow::LabelType::kUnknown;
  if (format_ == TableFormat::kCsv) {
    if (!records_.next(cells_)) return false;
    line_ = records_.line();
    read_csv(row);
  } else {
    std::string_view line;
    if (!next_line(line)) return false;
    format_ == TableFormat::kJsonl ? read_json(line, row) : read_tsv(line, row);
  }
  row.place = "line " + std::to_string(line_);
  return true;
}

bool TableRows::next_line(std::string_view& line) {
  if (rest_.empty()) return false;
  line = rest_.substr(0, rest_.find('\n'));
  rest_.remove_prefix(std::min(rest_.size(), line.size() + 1));
  if (line.ends_with('\r')) line.remove_suffix(1);
  ++line_;
  return true;
}

void TableRows::read_tsv(std::string_view line, TableRow& row) {
  cells_.clear();
  split(line, '\t', [&](std::string_view cell) { cells_.push_back(cell); });
  if (cells_.size() < 2) {
    fail(kind_ == TableKind::kPairs    ? "a text, a tab and a text are expected"
         : kind_ == TableKind::kLabels ? "a label, a tab and a text are expected"
                                       : "a number, a tab and a text are expected");
  }
  row.text = cells_.back();
  cells_.pop_back();
  if (kind_ == TableKind::kPairs) {
    row.partner = std::exchange(row.text, cells_.back());
  } else if (kind_ == TableKind::kNumbers) {
    for (const std::string_view cell : cells_) row.numbers.push_back(number(cell));
  } else {
    row.labels.push_back(cells_.front());
    row.type = TableRow::LabelType::kStrings;
    row.several = false;
    if (cells_.front().empty()) fail("the label, which is the first column, is empty");
  }
}

void TableRows::read_header() {
  if (!records_.next(cells_)) throw FormatError(file_, "", "a header is expected");
  line_ = records_.line();
  columns_ = cells_.size();
  if (kind_ == TableKind::kPairs) {
    text_ = column(kAnchor);
    partner_ = column(kPositive);
    return;
  }
  text_ = column(kText);
  several_ = std::ranges::find(cells_, kLabels) != cells_.end();
  if (several_ && std::ranges::find(cells_, kLabel) != cells_.end()) {
    fail("the header has both \"label\" and \"labels\": rename one");
  }
  label_ = column(several_ ? kLabels : kLabel);
}

std::size_t TableRows::column(std::string_view name) const {
  const auto found = std::ranges::find(cells_, name);
  if (found == cells_.end()) {
    fail("the header has no column \"" + std::string(name) + "\"" +
         (name == kLabel ? " (or \"labels\", for several a text)" : ""));
  }
  return static_cast<std::size_t>(found - cells_.begin());
}

void TableRows::read_csv(TableRow& row) {
  if (cells_.size() != columns_) {
    fail(std::to_string(cells_.size()) + " fields, but the header has " + std::to_string(columns_));
  }
  row.text = cells_[text_];
  if (kind_ == TableKind::kPairs) {
    row.partner = cells_[partner_];
    return;
  }
  row.several = several_;
  row.type = TableRow::LabelType::kStrings;
  const auto take = [&](std::string_view cell) {
    if (cell.empty()) fail("an empty label");
    kind_ == TableKind::kLabels ? row.labels.push_back(cell)
                                : row.numbers.push_back(number(without_blanks(cell)));
  };
  if (!several_) return take(cells_[label_]);
  split(without_blanks(cells_[label_]), ';',
        [&](std::string_view part) { take(without_blanks(part)); });
}

void TableRows::read_json(std::string_view line, TableRow& row) {
  const std::string place = "line " + std::to_string(line_);
  try {
    json_ = core::parse_json(line, file_);
  } catch (const FormatError& error) {
    throw FormatError(file_, place, std::string(error.what()).substr(file_.size() + 2));
  }
  const core::JsonAt record(json_, file_, place + ": $");
  record.object();
  const bool pairs = kind_ == TableKind::kPairs;
  row.text = decoded_.keep(record.at(pairs ? kAnchor : kText).string());
  if (pairs) {
    row.partner = decoded_.keep(record.at(kPositive).string());
  } else {
    read_json_labels(record, row);
  }
}

void TableRows::read_json_labels(const core::JsonAt& record, TableRow& row) {
  integers_.clear();
  const auto take = [&](const core::JsonAt& label) {
    if (kind_ == TableKind::kNumbers) {
      if (!label.value().is_number()) label.fail("a number is expected");
      row.numbers.push_back(static_cast<float>(label.number()));
      return;
    }
    const bool is_integer = label.value().is_integer();
    if (!is_integer && !label.value().is_string()) {
      label.fail("a label is a string or an integer");
    }
    const auto type = is_integer ? TableRow::LabelType::kIntegers : TableRow::LabelType::kStrings;
    if (!row.labels.empty() && row.type != type) {
      label.fail("strings and integers in one list: use one of them throughout");
    }
    row.type = type;
    row.labels.push_back(is_integer ? integers_.emplace_back(std::to_string(label.integer()))
                                    : std::string_view(label.string()));
  };
  const auto one = record.get(kLabel), list = record.get(kLabels);
  if (one && list) record.fail("both \"label\" and \"labels\": leave one out");
  if (!one && !list) record.fail("no \"label\" and no \"labels\"");
  row.several = list.has_value();
  if (one) return take(*one);
  for (const core::JsonAt& label : list->elements()) take(label);
}

float TableRows::number(std::string_view cell) const {
  float value = 0;
  const char* const begin = cell.empty() ? "" : cell.data();
  const auto [end, error] = std::from_chars(begin, begin + cell.size(), value);
  if (error != std::errc() || end != begin + cell.size() || !std::isfinite(value)) {
    fail("\"" + std::string(cell.substr(0, 40)) + "\" is no finite number");
  }
  return value;
}

}  // namespace m2v::io
