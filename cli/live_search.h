#pragma once

#include <cstddef>
#include <functional>
#include <string>

namespace m2v::cli {

/// Returns what to show for a query: at most `lines` lines of at most `columns` columns, each
/// ending in LF. Further lines are not shown.
using Answerer =
    std::function<std::string(const std::string& query, std::size_t columns, std::size_t lines)>;

/// Reads a query from the terminal key by key and shows its answer below it after every key. Enter
/// leaves the answer on the screen and starts a new query, Escape clears the query, and Ctrl-C and
/// Ctrl-D end the search. Throws Cancelled if a signal interrupts it, and IoError if the terminal
/// cannot be read. The terminal's mode is restored in every case.
/// Precondition: standard input and standard output are a terminal.
void search_while_typing(std::string query, const Answerer& answer);

}  // namespace m2v::cli
