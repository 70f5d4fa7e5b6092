#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "m2v/text_format.h"

namespace m2v::cli {

/// The command-line arguments that describe the format of text files.
struct TextArguments {
  std::string format;  ///< "lines", "tsv", "csv" or "jsonl"; empty: by the file's name.
  std::string text_field, label_field;  ///< Names of columns or fields; empty: the defaults.
};

/// Adds the argument FILE, a file of texts, and the options that control how it is read.
void add_text_argument(CLI::App& command, std::string& input, TextArguments& arguments);
/// Adds the argument FILE, a file of texts with labels or other targets, and its options.
void add_table_argument(CLI::App& command, std::string& input, TextArguments& arguments);
/// Adds --format and --text-field only, for commands whose text files are named by options. `group`
/// is the heading in the help text; empty: the default one.
void add_text_options(CLI::App& command, TextArguments& arguments, const std::string& group = {});

/// Converts the arguments to options for the library's readers.
TextOptions text_options(const TextArguments& arguments, OnEvent on_event = {});

}  // namespace m2v::cli
