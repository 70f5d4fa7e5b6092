#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "m2v/text_format.h"

namespace m2v::text {

/// Returns the format for the extension of a file name, ignoring a final .gz or .zst; `fallback` if
/// the extension is not known.
TextFormat format_of(const std::filesystem::path& path, TextFormat fallback);

/// Returns the index of the column `name` in the header of a table. Throws FormatError, which names
/// the file and the line and lists the columns, if there is none.
std::size_t column_of(const std::vector<std::string_view>& header, std::string_view name,
                      const std::string& file, std::size_t line);

/// Splits a line of TSV into its cells, of which there is at least one.
void split_tabs(std::string_view line, std::vector<std::string_view>& cells);

/// Throws FormatError unless a row has as many cells as the header has columns.
void check_column_count(std::size_t cells, std::size_t columns, const std::string& file,
                        std::size_t line);

/// Whether a line of JSONL is empty or consists of whitespace.
bool is_blank(std::string_view line);
/// Throws FormatError for a blank line of JSONL that is followed by others.
[[noreturn]] void throw_blank_line_error(const std::string& file, std::size_t line);

// Names by which the first line of a TSV file is recognized as a header. Case is ignored.

/// Whether the cell is "label" or "labels". Neither is a likely name of a class that occurs once.
bool is_label_name(std::string_view cell);
/// Whether the cell is "text".
bool is_text_name(std::string_view cell);
/// Whether the cell is a usual name of a column of numbers, such as "score" or "label".
bool is_score_name(std::string_view cell);

/// Returns the warning that the first line of a file is treated as a header.
std::string header_warning(const std::string& file, std::string_view line);

}  // namespace m2v::text
