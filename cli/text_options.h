#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "m2v/text_format.h"

namespace m2v::cli {

/// How files of texts are laid out, as the user says it.
struct TextArguments {
  std::string format;  ///< Empty: as their names say.
  std::string text_field, label_field;
};

/// FILE, the texts of a command, and the options that say how it is read.
void add_text_argument(CLI::App& command, std::string& input, TextArguments& arguments);
/// FILE, texts with what is known of each, and the options.
void add_table_argument(CLI::App& command, std::string& input, TextArguments& arguments);
/// --format and --text-field alone, for a command with files of texts among its options.
void add_text_options(CLI::App& command, TextArguments& arguments, const std::string& group = {});

TextOptions text_options(const TextArguments& arguments, OnEvent on_event = {});

}  // namespace m2v::cli
