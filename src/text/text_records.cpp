#include "text/text_records.h"

#include <algorithm>
#include <utility>

#include "base/events.h"
#include "m2v/error.h"
#include "text/formats.h"

namespace m2v::text {
namespace {

using Reader = std::variant<text::LineReader, text::CsvReader>;

Reader reader_of(const std::filesystem::path& path, TextFormat format) {
  text::TextSource source = text::TextSource::open(path);
  if (format == TextFormat::kCsv) return text::CsvReader(std::move(source));
  return text::LineReader(std::move(source));
}

TextFormat resolved(const std::filesystem::path& path, TextFormat format) {
  return format == TextFormat::kByName ? format_of(path, TextFormat::kLines) : format;
}

}  // namespace

TextRecords::TextRecords(const std::filesystem::path& path, const TextOptions& options)
    : format_(resolved(path, options.format)),
      field_(options.text_field),
      on_event_(options.on_event),
      reader_(reader_of(path, format_)),
      json_({field_.empty() ? "text" : field_}) {
  if (format_ == TextFormat::kLines && !field_.empty()) {
    throw std::invalid_argument(source().name() + ": lines have no column \"" + field_ +
                                "\": say which format it is");
  }
}

const text::TextSource& TextRecords::source() const {
  return std::visit([](const auto& reader) -> const text::TextSource& { return reader.source(); },
                    reader_);
}

bool TextRecords::next_block() {
  const bool more = std::visit([](auto& reader) { return reader.next_block(); }, reader_);
  if (!more && format_ == TextFormat::kCsv && !has_header_) {
    throw FormatError(source().name(), "", "expected a header, but the file is empty");
  }
  return more;
}

bool TextRecords::next(std::string_view& text) {
  return format_ == TextFormat::kCsv ? next_csv(text) : next_line(text);
}

bool TextRecords::next_csv(std::string_view& text) {
  if (!has_header_) {
    if (!csv().next(cells_)) return false;
    columns_ = cells_.size();
    column_ = column_of(cells_, field_.empty() ? "text" : field_, source().name(), csv().line());
    has_header_ = true;
  }
  if (!csv().next(cells_)) return false;
  check_column_count(cells_.size(), columns_, source().name(), csv().line());
  text = cells_[column_];
  return true;
}

bool TextRecords::next_line(std::string_view& text) {
  for (std::span<char> line; lines().next(line);) {
    text = {line.data(), line.size()};
    if (format_ == TextFormat::kLines) return true;
    if (format_ == TextFormat::kTsv) {
      if (lines().line() == 1 && is_header(text)) continue;
      if (is_skippable_empty_line(text)) continue;
      text = text_of_tsv(text);
      return true;
    }
    if (is_blank(text)) {
      if (empty_line_ == 0) empty_line_ = lines().line();
      continue;
    }
    if (empty_line_ > 0) throw_blank_line_error(source().name(), empty_line_);
    json_.read(line, source().name(), lines().line());
    text = json_.string(0);
    return true;
  }
  return false;
}

/// Whether the first line of a TSV file is a header: either because the options name a column, or
/// because its first cell is "label" and its last is "text", and no other line of the block has the
/// first cell as its label.
bool TextRecords::is_header(std::string_view line) {
  split_tabs(line, cells_);
  if (!field_.empty()) {
    columns_ = cells_.size();
    column_ = column_of(cells_, field_, source().name(), 1);
    has_header_ = true;
    return true;
  }
  if (cells_.size() < 2 || !is_label_name(cells_.front()) || !is_text_name(cells_.back())) {
    return false;
  }
  const std::string label = std::string(cells_.front()) + "\t";
  const std::string_view others = lines().rest_of_block();
  if (others.starts_with(label) || others.find("\n" + label) != std::string_view::npos)
    return false;
  base::Events(on_event_).warn("reading", header_warning(source().name(), line));
  return true;
}

/// Whether a line is an empty one to skip: empty lines may follow the last row of a table that has
/// a header and more than one column. Throws FormatError if a row follows them.
bool TextRecords::is_skippable_empty_line(std::string_view line) {
  if (!has_header_ || columns_ < 2) return false;
  if (!line.empty()) {
    if (empty_line_ > 0) check_column_count(1, columns_, source().name(), empty_line_);
    return false;
  }
  if (empty_line_ == 0) empty_line_ = lines().line();
  return true;
}

std::string_view TextRecords::text_of_tsv(std::string_view line) {
  if (!has_header_) return line.substr(line.rfind('\t') + 1);  // npos + 1 is 0: the only column
  split_tabs(line, cells_);
  check_column_count(cells_.size(), columns_, source().name(), lines().line());
  return cells_[column_];
}

std::size_t TextRecords::line() const {
  return std::visit([](const auto& reader) { return reader.line(); }, reader_);
}

std::size_t TextRecords::bytes_used() {
  const std::size_t read = source().bytes_read();
  if (source().is_compressed()) return read;
  return read - std::min(read, std::visit([](auto& reader) { return reader.unused(); }, reader_));
}

}  // namespace m2v::text
