#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace m2v::cli {

bool is_terminal(int descriptor) noexcept;

/// Columns of the terminal behind a descriptor; no value of use (0) if it is none.
std::size_t terminal_columns(int descriptor) noexcept;

/// A text on one line that does nothing to a terminal: control characters become spaces, ill-formed
/// bytes U+FFFD. With `columns` > 0, cut to that width, with an ellipsis for what is left out.
std::string printable(std::string_view text, std::size_t columns = 0);

/// "29,525"
/// A text as part of a line that another program reads: its tabs, line feeds and carriage returns
/// are
/// \t, \n and \r, and a backslash that could be read as part of one of these is doubled.
std::string escaped(std::string_view text);

std::string with_separators(std::size_t number);
/// "1 text", "29,525 texts"
std::string counted(std::size_t number, const std::string& what);
/// "1 query", "1,000 queries"
std::string counted(std::size_t number, const std::string& one, const std::string& many);
/// "15.8 MB" (decimal)
std::string human_bytes(std::size_t bytes);
/// A number with a fixed count of decimals.
std::string fixed(double value, int decimals);

}  // namespace m2v::cli
