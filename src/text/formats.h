#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "m2v/text_format.h"

namespace m2v::io {

/// The format that a file's name says, before .gz or .zst; `fallback` if it says nothing.
TextFormat format_of(const std::filesystem::path& path, TextFormat fallback);

/// Where the header of a table has a column. Throws FormatError that lists what there is.
std::size_t column_of(const std::vector<std::string_view>& header, std::string_view name,
                      const std::string& file, std::size_t line);

/// The cells of a line of TSV: at least one.
void split_tabs(std::string_view line, std::vector<std::string_view>& cells);

/// Throws FormatError unless a row has as many cells as the header.
void check_width(std::size_t cells, std::size_t columns, const std::string& file, std::size_t line);

/// Whether a line of JSONL has nothing in it.
bool is_blank(std::string_view line);
/// Throws FormatError: such a line stands between others.
[[noreturn]] void fail_at_empty_line(const std::string& file, std::size_t line);

/// "label", "Labels": what the first line of a TSV file calls its first column, and nobody a class
/// that occurs once.
bool is_label_name(std::string_view cell);
/// "text", "Text".
bool is_text_name(std::string_view cell);
/// "score", "label" and their like, above a column of numbers.
bool is_score_name(std::string_view cell);

/// What is said of a first line that is taken for a header.
std::string header_notice(const std::string& file, std::string_view line);

}  // namespace m2v::io
