#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace m2v::cli {

/// Returns whether a file descriptor refers to a terminal.
bool is_terminal(int descriptor) noexcept;

/// Returns the width of the terminal in columns; 0 if the descriptor is not a terminal.
std::size_t terminal_columns(int descriptor) noexcept;

/// Makes a text safe to print on one line of a terminal: control characters become spaces and
/// ill-formed bytes U+FFFD. If `columns` is not 0, the text is cut to that width, with an ellipsis
/// at its end.
std::string printable(std::string_view text, std::size_t columns = 0);

/// Escapes a text that becomes part of a line for another program: tabs, line feeds and carriage
/// returns become \t, \n and \r, and a backslash that could be read as part of one of these is
/// doubled.
std::string escaped(std::string_view text);

/// Formats a number with thousands separators: "29,525".
std::string with_separators(std::size_t number);
/// Formats a count of things: "1 text", "29,525 texts".
std::string counted(std::size_t number, const std::string& what);
/// The same with an irregular plural: "1 query", "1,000 queries".
std::string counted(std::size_t number, const std::string& one, const std::string& many);
/// Formats a number of bytes with decimal units: "15.8 MB".
std::string human_bytes(std::size_t bytes);
/// Formats a number with a fixed number of decimals.
std::string fixed(double value, int decimals);
/// Returns the text aligned to the right of `width` columns. Precondition: one byte per column.
std::string padded(const std::string& text, std::size_t width);

}  // namespace m2v::cli
