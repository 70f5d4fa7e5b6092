#include <algorithm>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "corpus/lines.h"
#include "corpus/readers.h"
#include "m2v/error.h"
#include "text/csv_reader.h"
#include "text/json_fields.h"
#include "text/line_reader.h"

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

/// The cells of a table, row by row, as CSV or between tabs.
class Rows {
 public:
  Rows(std::string_view table, char separator, const std::string& file)
      : reader_(reader_of(text::TextSource::of_memory(table, file), separator)) {}

  /// The cells of the next row, which live until the next call; false behind the last one. Throws
  /// FormatError.
  bool next(std::vector<std::string_view>& cells) {
    if (auto* const csv = std::get_if<text::CsvReader>(&reader_)) {
      while (!csv->next(cells)) {
        if (!csv->next_block()) return false;
      }
      line_ = csv->line();
      return true;
    }
    auto& lines = std::get<text::LineReader>(reader_);
    std::span<char> line;
    while (!lines.next(line)) {
      if (!lines.next_block()) return false;
    }
    line_ = lines.line();
    cells.clear();
    std::string_view rest(line.data(), line.size());
    for (std::size_t tab = rest.find('\t'); tab != std::string_view::npos; tab = rest.find('\t')) {
      cells.push_back(rest.substr(0, tab));
      rest.remove_prefix(tab + 1);
    }
    cells.push_back(rest);
    return true;
  }
  std::uint32_t line() const { return static_cast<std::uint32_t>(line_); }  ///< Where it begins.

 private:
  using Reader = std::variant<text::LineReader, text::CsvReader>;
  static Reader reader_of(text::TextSource source, char separator) {
    if (separator == ',') return text::CsvReader(std::move(source));
    return text::LineReader(std::move(source));
  }

  Reader reader_;
  std::size_t line_ = 0;
};

std::optional<std::size_t> column(const std::vector<std::string_view>& names,
                                  std::string_view name) {
  const auto found = std::ranges::find(names, name);
  if (found == names.end()) return std::nullopt;
  return static_cast<std::size_t>(found - names.begin());
}

std::string_view cell_at(const std::vector<std::string_view>& cells,
                         std::optional<std::size_t> at) {
  return at && *at < cells.size() ? cells[*at] : std::string_view();
}

std::string joined(const std::vector<std::string_view>& cells) {
  std::string text;
  for (const std::string_view cell : cells) {
    if (cell.empty()) continue;
    if (!text.empty()) text += ", ";
    text += cell;
  }
  return text;
}

}  // namespace

Document read_table(std::string_view bytes, char separator, const std::string& file) {
  Document document = of_records();
  Rows rows(bytes, separator, file);
  std::vector<std::string_view> cells;
  std::optional<std::size_t> text, title;
  try {
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
  } catch (const FormatError& error) {  // where a row ends is not known from here on
    document.leave_out(std::string(error.what()) + ", and the rest of the file");
  }
  return document;
}

Document read_json_lines(std::string_view bytes, const std::string& file) {
  Document document = of_records();
  text::LineReader lines(text::TextSource::of_memory(bytes, file));
  text::JsonFields fields({"text", "title"});
  while (lines.next_block()) {
    for (std::span<char> line; lines.next(line);) {
      if (is_blank(std::string_view(line.data(), line.size()))) continue;
      try {
        fields.read(line, file, lines.line());
        const std::string_view text = fields.string(0);
        const std::string_view title = fields.is_string(1) ? fields.string(1) : "";
        append_record(document, title, text, static_cast<std::uint32_t>(lines.line()));
      } catch (const FormatError& error) {
        document.leave_out(error.what());
      }
    }
  }
  return document;
}

}  // namespace m2v::corpus
