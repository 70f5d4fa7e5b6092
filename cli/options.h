#pragma once

#include <CLI/CLI.hpp>
#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>

#include "m2v/static_model.h"

namespace m2v::cli {

/// A MODEL argument as the folder that it names. Throws m2v::Error if there is no such folder, and
/// says so if it looks like a hub id.
std::filesystem::path model_folder(const std::string& argument);

/// Loads a model and prints what the library warns of.
StaticModel load_model(const std::filesystem::path& folder);

/// "N|none" as a maximum length. Throws std::invalid_argument, naming the option.
std::size_t parse_max_length(const std::string& argument);
/// A number as a whole argument. Throws std::invalid_argument, naming `option`.
double parse_real(const std::string& option, const std::string& argument);

/// The options that several commands share.
void add_model_option(CLI::App& command, std::string& model);
void add_threads_option(CLI::App& command, unsigned& threads);
void add_text_argument(CLI::App& command, std::string& input);

/// Sizes of files below a folder (or of a file), in bytes; what cannot be read counts nothing.
std::size_t size_on_disk(const std::filesystem::path& path);

}  // namespace m2v::cli
