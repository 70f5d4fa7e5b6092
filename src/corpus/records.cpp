#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/json.h"
#include "corpus/lines.h"
#include "corpus/readers.h"
#include "m2v/error.h"

namespace m2v::corpus {
namespace {

/// Appends a record: its title as a heading, then its text in paragraphs.
void append_record(Document& document, std::string_view title, std::string_view text,
                   std::uint32_t line) {
  const auto append = [&](std::string_view part, std::uint8_t level, bool starts_record) {
    document.blocks.push_back({.begin = document.text.size(),
                               .end = document.text.size() + part.size(),
                               .place = line,
                               .level = level,
                               .starts_record = starts_record});
    document.text += part;
    document.text += '\n';
  };
  title = trimmed(title);
  if (!title.empty()) append(title, 1, true);
  bool first = title.empty();
  std::size_t begin = 0;
  for (Lines lines(text);;) {
    const bool more = lines.next();
    if (more && !is_blank(lines.line())) continue;
    const std::size_t end = more ? lines.begin() : text.size();
    const std::string_view paragraph = trimmed(text.substr(begin, end - begin));
    begin = end;
    if (!paragraph.empty()) append(paragraph, 0, std::exchange(first, false));
    if (!more) break;
  }
}

Document of_records() {
  Document document;
  document.places = Places::kLinesOfBlocks;
  return document;
}

/// Goes through the rows of a table.
class Rows {
 public:
  Rows(std::string_view table, char separator)
      : table_(table), separator_(separator), quotes_(separator == ',') {}

  /// The cells of the next row; false behind the last one.
  bool next(std::vector<std::string>& cells) {
    cells.clear();
    if (position_ >= table_.size()) return false;
    line_ = next_line_;
    bool more = true;
    while (more) {
      std::string& cell = cells.emplace_back();
      if (quotes_ && position_ < table_.size() && table_[position_] == '"') read_quoted(cell);
      more = read_plain(cell);
    }
    return true;
  }
  std::uint32_t line() const { return line_; }  ///< Where the row begins.

 private:
  /// Up to the end of the cell, behind which it steps. False: it was the last one of the row.
  bool read_plain(std::string& cell) {
    const char ends[] = {separator_, '\n', '\0'};
    const std::size_t end = std::min(table_.find_first_of(ends, position_), table_.size());
    cell += table_.substr(position_, end - position_);
    position_ = end + 1;
    if (end < table_.size() && table_[end] == separator_) return true;
    if (cell.ends_with('\r')) cell.pop_back();
    ++next_line_;
    return false;
  }

  void read_quoted(std::string& cell) {
    for (++position_; position_ < table_.size(); ++position_) {
      const char c = table_[position_];
      if (c == '"') {
        if (table_.substr(position_ + 1, 1) != "\"") break;
        ++position_;
      }
      if (c == '\n') ++next_line_;
      cell += c;
    }
    position_ = std::min(position_ + 1, table_.size());
  }

  std::string_view table_;
  char separator_;
  bool quotes_;
  std::size_t position_ = 0;
  std::uint32_t line_ = 1, next_line_ = 1;
};

std::optional<std::size_t> column(const std::vector<std::string>& names, std::string_view name) {
  const auto found = std::ranges::find(names, name);
  if (found == names.end()) return std::nullopt;
  return static_cast<std::size_t>(found - names.begin());
}

std::string_view cell_at(const std::vector<std::string>& cells, std::optional<std::size_t> at) {
  return at && *at < cells.size() ? std::string_view(cells[*at]) : std::string_view();
}

std::string joined(const std::vector<std::string>& cells) {
  std::string text;
  for (const std::string& cell : cells) {
    if (cell.empty()) continue;
    if (!text.empty()) text += ", ";
    text += cell;
  }
  return text;
}

std::string_view string_in(const core::Json& record, std::string_view key) {
  const core::Json* value = record.find(key);
  return value != nullptr && value->is_string() ? value->string() : std::string_view();
}

}  // namespace

Document read_table(std::string_view bytes, char separator) {
  Document document = of_records();
  Rows rows(bytes, separator);
  std::vector<std::string> cells;
  std::optional<std::size_t> text, title;
  for (bool first = true; rows.next(cells); first = false) {
    if (first) text = column(cells, "text");
    if (first && text) {
      title = column(cells, "title");
    } else if (text) {
      append_record(document, cell_at(cells, title), cell_at(cells, text), rows.line());
    } else {
      append_record(document, {}, joined(cells), rows.line());
    }
  }
  return document;
}

Document read_json_lines(std::string_view bytes, const std::string& file,
                         std::vector<std::string>& warnings) {
  Document document = of_records();
  std::size_t wrong = 0;
  std::string first_problem;
  for (Lines lines(bytes); lines.next();) {
    if (is_blank(lines.line())) continue;
    std::string problem;
    try {
      const core::Json record = core::parse_json(lines.line(), "no JSON");
      const core::Json* text = record.find("text");
      if (text != nullptr && text->is_string()) {
        append_record(document, string_in(record, "title"), text->string(), lines.number());
        continue;
      }
      problem = "no field \"text\"";
    } catch (const FormatError& error) {
      problem = error.what();
    }
    if (wrong++ == 0) first_problem = "line " + std::to_string(lines.number()) + ": " + problem;
  }
  if (wrong > 0) {
    std::string warning = file + ": " + first_problem;
    if (wrong > 1) warning += " (and " + std::to_string(wrong - 1) + " lines more)";
    warnings.push_back(std::move(warning));
  }
  return document;
}

}  // namespace m2v::corpus
