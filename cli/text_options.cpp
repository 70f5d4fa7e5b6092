#include "cli/text_options.h"

#include <utility>

#include "cli/validators.h"

namespace m2v::cli {
namespace {

void add_format(CLI::App& command, TextArguments& arguments, const std::string& description,
                const std::string& group) {
  CLI::Option* const option = command.add_option("--format", arguments.format, description)
                                  ->check(one_of({"lines", "tsv", "csv", "jsonl"}))
                                  ->type_name("NAME");
  if (!group.empty()) option->group(group);
}

void add_field(CLI::App& command, const char* name, std::string& value,
               const std::string& description, const std::string& group) {
  CLI::Option* const option =
      command.add_option(name, value, description)
          ->type_name("NAME")
          ->check([](const std::string& given) {
            return given.empty() ? std::string("the name is empty") : std::string();
          });
  if (!group.empty()) option->group(group);
}

}  // namespace

void add_text_options(CLI::App& command, TextArguments& arguments, const std::string& group) {
  add_format(command, arguments, "lines, tsv, csv or jsonl (default: by file name)", group);
  add_field(command, "--text-field", arguments.text_field,
            "Column or field of the text (default: text; TSV: the last column)", group);
}

void add_text_argument(CLI::App& command, std::string& input, TextArguments& arguments) {
  command
      .add_option("FILE", input,
                  "Texts: .jsonl or .ndjson (field \"text\"), .csv (column \"text\"), .tsv (last "
                  "column), otherwise one per line; also compressed by gzip or zstd; - (the "
                  "default) reads lines from standard input")
      ->type_name("");
  add_text_options(command, arguments);
}

void add_table_argument(CLI::App& command, std::string& input, TextArguments& arguments) {
  command
      .add_option("FILE", input,
                  "Texts with labels or other targets: .tsv, .csv, .jsonl or .ndjson, also "
                  "compressed by gzip or zstd; - (the default) is standard input")
      ->type_name("");
  add_format(command, arguments,
             "lines, tsv, csv or jsonl (default: by file name; tsv for standard input)", "");
  add_field(command, "--text-field", arguments.text_field,
            "Column or field of the text (default: text; TSV: the last column)", "");
  add_field(command, "--label-field", arguments.label_field,
            "Column or field of the label (default: label or labels; TSV: the first column)", "");
}

TextOptions text_options(const TextArguments& arguments, OnEvent on_event) {
  TextOptions options;
  if (arguments.format == "lines") options.format = TextFormat::kLines;
  if (arguments.format == "tsv") options.format = TextFormat::kTsv;
  if (arguments.format == "csv") options.format = TextFormat::kCsv;
  if (arguments.format == "jsonl") options.format = TextFormat::kJsonl;
  options.text_field = arguments.text_field;
  options.label_field = arguments.label_field;
  options.on_event = std::move(on_event);
  return options;
}

}  // namespace m2v::cli
