#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "m2v/text_format.h"
#include "text/csv_reader.h"
#include "text/json_fields.h"
#include "text/line_reader.h"

namespace m2v::text {

/// Reads the texts of a file of any TextFormat, block by block.
class TextRecords {
 public:
  /// Opens the file. Throws IoError, or std::invalid_argument if the options name a field and the
  /// format is kLines.
  TextRecords(const std::filesystem::path& path, const TextOptions& options);

  /// Reads the next block, unless the current one has texts left. Returns false at the end.
  /// Invalidates all texts returned so far. Throws IoError or FormatError.
  bool next_block();
  /// Sets `text` to the next text of the block; it is valid until next_block(). Returns false if
  /// the block has no texts left. Throws FormatError, which names the line.
  bool next(std::string_view& text);

  std::size_t line() const;  ///< The line on which the last text begins, counted from 1.
  /// The number of bytes of the file that the texts returned so far take up; for a compressed file,
  /// the number of compressed bytes read.
  std::size_t bytes_used();
  const text::TextSource& source() const;

 private:
  bool next_csv(std::string_view& text);
  bool next_line(std::string_view& text);
  bool is_header(std::string_view line);
  bool is_skippable_empty_line(std::string_view line);
  std::string_view text_of_tsv(std::string_view line);
  text::LineReader& lines() { return std::get<text::LineReader>(reader_); }
  text::CsvReader& csv() { return std::get<text::CsvReader>(reader_); }

  TextFormat format_;
  std::string field_;  ///< The name of the text's column or field; empty for the default.
  OnEvent on_event_;
  std::variant<text::LineReader, text::CsvReader> reader_;
  text::JsonFields json_;
  std::vector<std::string_view> cells_;
  /// The number of columns of a table with a header, and the index of the text's column.
  std::size_t columns_ = 0, column_ = 0;
  bool has_header_ = false;
  std::size_t empty_line_ = 0;  ///< The first empty line, which must not precede a record; 0: none.
};

}  // namespace m2v::text
