#include "io/csv_records.h"

#include <algorithm>

#include "m2v/error.h"

namespace m2v::io {

bool CsvRecords::next(std::vector<std::string_view>& fields) {
  fields.clear();
  while (!rest_.empty() && at_line_end()) skip_line_end();
  if (rest_.empty()) return false;
  line_ = next_line_;
  while (true) {
    fields.push_back(rest_.starts_with('"') ? quoted_field() : plain_field());
    if (at_line_end()) break;
    rest_.remove_prefix(1);  // the comma
  }
  if (!rest_.empty()) skip_line_end();
  return true;
}

void CsvRecords::skip_line_end() {
  rest_.remove_prefix(rest_[0] == '\n' ? 1 : 2);
  ++next_line_;
}

std::string_view CsvRecords::plain_field() {
  const std::string_view field = rest_.substr(0, rest_.find_first_of(",\n"));
  const bool ends_record = field.size() == rest_.size() || rest_[field.size()] == '\n';
  const std::size_t kept = field.size() - (ends_record && field.ends_with('\r') ? 1 : 0);
  rest_.remove_prefix(kept);
  if (rest_ == "\r") rest_ = {};  // the file's last byte
  return field.substr(0, kept);
}

std::string_view CsvRecords::quoted_field() {
  rest_.remove_prefix(1);
  std::string text;
  bool is_copied = false;
  while (true) {
    const std::size_t quote = rest_.find('"');
    if (quote == std::string_view::npos) {
      throw FormatError(file_, "line " + std::to_string(line_), "a quoted field has no end");
    }
    const std::string_view part = rest_.substr(0, quote);
    next_line_ += static_cast<std::size_t>(std::ranges::count(part, '\n'));
    rest_.remove_prefix(quote + 1);
    const bool is_doubled = rest_.starts_with('"');
    if (!is_doubled && !is_copied) return check_end(part);
    text += part;
    is_copied = true;
    if (!is_doubled) return check_end(decoded_.keep(text));
    text += '"';
    rest_.remove_prefix(1);
  }
}

std::string_view CsvRecords::check_end(std::string_view field) {
  if (rest_ == "\r") rest_ = {};
  if (!at_line_end() && rest_[0] != ',') {
    throw FormatError(file_, "line " + std::to_string(next_line_),
                      "something follows a quoted field: double the quotes that are part of it");
  }
  return field;
}

}  // namespace m2v::io
