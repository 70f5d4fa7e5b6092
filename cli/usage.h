#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace m2v::cli {

/// Describes an error in the arguments in one line. Rewords CLI11's message and, if an option or a
/// command does not exist, suggests similar ones.
std::string explain_usage(const CLI::App& app, const CLI::ParseError& error);

/// Returns up to three of `words` that a misspelt word most likely stands for: those that begin
/// with it, or else those at the smallest edit distance (insertions, deletions, substitutions and
/// transpositions of adjacent characters). Empty if none is similar enough.
std::vector<std::string> suggestions(std::string_view word, const std::vector<std::string>& words);

}  // namespace m2v::cli
