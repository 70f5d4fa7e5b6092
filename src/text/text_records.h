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

namespace m2v::io {

/// The texts of a file, whatever its format, block by block.
class TextRecords {
 public:
  /// Throws IoError.
  TextRecords(const std::filesystem::path& path, const TextOptions& options);

  /// Reads on, unless there are texts left. False at the end. Texts so far are gone.
  bool next_block();
  /// The next text of the block, which lives until next_block(). False if there is none left.
  /// Throws FormatError.
  bool next(std::string_view& text);

  std::size_t line() const;  ///< Where the last text began, from 1 on.
  std::size_t bytes_used();  ///< Of the file, by the texts so far.
  const text::TextSource& source() const;

 private:
  bool next_csv(std::string_view& text);
  bool next_line(std::string_view& text);
  bool is_header(std::string_view line);
  bool is_left_out(std::string_view line);
  std::string_view text_of_tsv(std::string_view line);
  text::LineReader& lines() { return std::get<text::LineReader>(reader_); }
  text::CsvReader& csv() { return std::get<text::CsvReader>(reader_); }

  TextFormat format_;
  std::string field_;  ///< The text's name.
  OnEvent on_event_;
  std::variant<text::LineReader, text::CsvReader> reader_;
  text::JsonFields json_;
  std::vector<std::string_view> cells_;
  std::size_t columns_ = 0, column_ = 0;  ///< Of a table with a header: how many, and the text's.
  bool has_header_ = false;
  std::size_t empty_line_ = 0;  ///< The first one that a row should not follow.
};

}  // namespace m2v::io
