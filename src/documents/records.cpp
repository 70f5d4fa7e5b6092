#include <algorithm>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/ascii_space.h"
#include "documents/readers.h"
#include "m2v/error.h"
#include "text/csv_reader.h"
#include "text/json_fields.h"
#include "text/line_reader.h"
#include "text/lines.h"

namespace m2v::documents {
namespace {

/// Appends a record: its title as a heading, followed by the paragraphs of its text.
void append_record(Document& document, std::string_view title, std::string_view text,
                   std::uint32_t line) {
  const auto append = [&](std::string_view part, std::uint8_t level, bool starts_record) {
    document.blocks.push_back({.begin = document.text.size(),
                               .end = document.text.size() + part.size(),
                               .location = line,
                               .level = level,
                               .starts_record = starts_record});
    document.text += part;
    document.text += '\n';
  };
  title = base::trimmed(title);
  if (!title.empty()) append(title, 1, true);
  bool first = title.empty();
  std::size_t begin = 0;
  for (text::Lines lines(text);;) {
    const bool more = lines.next();
    if (more && !base::is_ascii_blank(lines.line())) continue;
    const std::size_t end = more ? lines.begin() : text.size();
    const std::string_view paragraph = base::trimmed(text.substr(begin, end - begin));
    begin = end;
    if (!paragraph.empty()) append(paragraph, 0, std::exchange(first, false));
    if (!more) break;
  }
}

Document record_document() {
  Document document;
  document.locations = LocationUnit::kLinesOfBlocks;
  return document;
}

/// Iterates over the rows of a CSV or TSV table.
class Rows {
 public:
  Rows(std::string_view table, char separator, const std::string& file)
      : reader_(reader_of(text::TextSource::of_memory(table, file), separator)) {}

  /// Reads the cells of the next row, which are valid until the next call. Returns false after the
  /// last row. Throws FormatError.
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
  /// The line on which the row begins, from 1.
  std::uint32_t line() const { return static_cast<std::uint32_t>(line_); }

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
  Document document = record_document();
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
  } catch (const FormatError& error) {  // from here on, the ends of rows are unknown
    document.leave_out(std::string(error.what()) + ", and the rest of the file");
  }
  return document;
}

Document read_json_lines(std::string_view bytes, const std::string& file) {
  Document document = record_document();
  text::LineReader lines(text::TextSource::of_memory(bytes, file));
  text::JsonFields fields({"text", "title"});
  while (lines.next_block()) {
    for (std::span<char> line; lines.next(line);) {
      if (base::is_ascii_blank(std::string_view(line.data(), line.size()))) continue;
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

}  // namespace m2v::documents
