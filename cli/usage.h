#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace m2v::cli {

/// What is wrong with the arguments, in one line: CLI11's message in plain words and, for an option
/// or a command that does not exist, the ones that were most likely meant.
std::string explain_usage(const CLI::App& app, const CLI::ParseError& error);

/// The words that were most likely meant by a misspelt one, best first, at most three: those with
/// the fewest edits (insertions, deletions, substitutions and transpositions of neighbours), and
/// those that begin with it. May be empty.
std::vector<std::string> suggestions(std::string_view word, const std::vector<std::string>& words);

}  // namespace m2v::cli
