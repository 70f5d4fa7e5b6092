#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <string_view>

namespace m2v::cli {

/// The kinds of text that generate() makes.
inline constexpr std::string_view kGenerated[] = {"man", "complete-bash", "complete-zsh",
                                                  "complete-fish"};

/// Returns a manual page in roff, or a completion script for a shell, made of the commands and
/// options of `app`. `kind` is one of kGenerated.
std::string generate(CLI::App& app, std::string_view kind);

}  // namespace m2v::cli
