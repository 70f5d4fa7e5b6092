#pragma once

#include <cstddef>
#include <functional>
#include <string>

namespace m2v::cli {

/// What is shown for a query on so many columns and lines, an LF behind each.
using Answerer =
    std::function<std::string(const std::string& query, std::size_t columns, std::size_t lines)>;

/// Reads a query from the terminal key by key and shows the answer below it all the time. Enter
/// keeps an answer on the screen and begins anew, Escape clears the query, Ctrl-C and Ctrl-D end.
/// The terminal is as before afterwards, also after a signal, for which Cancelled is thrown.
/// Precondition: standard input and output are a terminal.
void search_while_typing(std::string query, const Answerer& answer);

}  // namespace m2v::cli
