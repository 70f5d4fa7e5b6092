#include "m2v/convert.h"

#include <filesystem>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>

#include "cli/commands.h"
#include "cli/distill_library.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/reporter.h"
#include "cli/terminal.h"
#include "cli/text_options.h"
#include "cli/validators.h"
#include "m2v/compiled_model.h"
#include "m2v/text_file.h"

namespace m2v::cli {
namespace {

namespace fs = std::filesystem;

constexpr char kConvertHelp[] =
    R"(Compiles a model folder into one file, which every command accepts, which loads
at once, and which processes share in memory; or unpacks such a file into a
folder with the original files. OUT decides: NAME.m2v is a file, anything else a
folder. Folder to folder rewrites the model in the layout of 'm2v distill'; file
to file compiles it again.

With --prune-to, --vocabulary-quantization, --quantize-to or --dims (applied in
this order) the result is a folder with a smaller model.

Examples:
  m2v convert my-model -o my-model.m2v
  m2v encode -m my-model.m2v texts.txt -o vectors.npy
  m2v convert my-model.m2v -o my-model
  m2v convert my-model -o smaller --quantize-to int8
  m2v convert my-model -o german --prune-to german-texts.txt
  m2v convert my-model -o smaller --dims 128
  m2v convert my-model -o tiny --vocabulary-quantization 2000 --quantize-to int8)";

struct ConvertArguments {
  ModelArgument model;
  std::string output;
  std::string prune_to;
  TextArguments texts;
  std::string quantize_to;
  std::string int8_scale = "table";
  std::size_t vocabulary_quantization = 0;  // 0: none
  std::size_t dims = 0;                     // 0: all
  bool force = false;
  unsigned threads = 0;
};

ConvertOptions convert_options(const ConvertArguments& arguments) {
  ConvertOptions options;
  if (!arguments.quantize_to.empty()) options.dtype = dtype_from_name(arguments.quantize_to);
  if (arguments.dims > 0) options.dims = arguments.dims;
  if (arguments.vocabulary_quantization > 0) {
    options.vocabulary_quantization = arguments.vocabulary_quantization;
  }
  options.int8_scale = parse_int8_scale(arguments.int8_scale);
  options.threads = arguments.threads;
  return options;
}

bool is_changed(const ConvertOptions& options) {
  return options.prune_to || options.dtype || options.dims || options.vocabulary_quantization;
}

/// Compiles, unpacks or rewrites the model without changing its vectors.
void change_form(const ConvertArguments& arguments) {
  const fs::path model = model_path(arguments.model);
  const fs::path output = arguments.output;
  std::error_code ignored;
  Reporter reporter;
  if (output.extension() == ".m2v") {
    compile_model(model, output, {}, reporter.on_event());
  } else if (fs::is_regular_file(model, ignored)) {
    unpack_model(model, output, {.force = arguments.force});
  } else {
    StaticModel::load(model, {}, reporter.on_event()).save(output, {.force = arguments.force});
  }
  reporter.clear();
  if (is_quiet()) return;
  std::string made = arguments.output + ": made from " + arguments.model.name;
  const fs::file_status status = fs::status(output, ignored);  // the output may be a pipe
  if (fs::is_directory(status) || fs::is_regular_file(status)) {
    made += ", " + human_bytes(size_on_disk(output));
  }
  reporter.note(made);
}

void run_convert(const ConvertArguments& arguments) {
  Reporter reporter;
  ConvertOptions options = convert_options(arguments);
  std::optional<TextFile> texts;
  if (!arguments.prune_to.empty()) {
    texts = TextFile::read(arguments.prune_to, text_options(arguments.texts, reporter.on_event()));
    options.prune_to = texts->texts();
  }
  if (options.int8_scale == Int8Scale::kRow && options.dtype != DType::kInt8) {
    throw std::invalid_argument("--int8-scale row requires --quantize-to int8");
  }
  if (!is_changed(options)) return change_form(arguments);
  if (fs::path(arguments.output).extension() == ".m2v") {
    throw std::invalid_argument(
        "a changed model must be saved as a folder first; then convert the folder to " +
        arguments.output + " afterwards");
  }
  check_save_folder(arguments.output, arguments.force);
  const fs::path path = model_path(arguments.model);
  const std::size_t before = size_on_disk(path);
  const StaticModel model = load_model(path);
  ModelInfo info;
  {
    const InterruptGuard guard;
    const StaticModel converted = convert_through_library(model, options, reporter.on_event());
    throw_if_interrupted();
    converted.save(arguments.output, {.force = arguments.force});
    info = converted.info();
  }
  reporter.clear();
  if (is_quiet()) return;
  Output output;
  output << printable(arguments.output) << ": " << counted(info.tokens, "token") << ", "
         << counted(info.rows, "row") << ", " << counted(info.dim, "dimension") << ", "
         << dtype_name(info.dtype) << ", " << human_bytes(before) << " -> "
         << human_bytes(size_on_disk(arguments.output)) << "\n";
  output.flush();
}

}  // namespace

void add_convert(CLI::App& app) {
  const auto arguments = std::make_shared<ConvertArguments>();
  CLI::App& command = *app.add_subcommand(
      "convert", "Compile a model into one file, or back, or make a smaller one");
  command.footer(kConvertHelp);
  command.add_option("MODEL", arguments->model.name, "A static model: folder, file or hub id")
      ->required()
      ->type_name("");
  command.add_option("-o,--output", arguments->output, "NAME.m2v, or a folder")
      ->required()
      ->type_name("OUT");
  add_force_option(command, arguments->force);
  command
      .add_option("--quantize-to", arguments->quantize_to,
                  "Data type of the table: float32, float16, int8 or float64 (default: "
                  "unchanged)")
      ->check(one_of({"float32", "float16", "int8", "float64"}))
      ->type_name("TYPE");
  command.add_option("--dims", arguments->dims, "Keep the first N dimensions (default: all)")
      ->check(whole_number(1))
      ->type_name("N");
  command
      .add_option("--prune-to", arguments->prune_to,
                  "Keep only the tokens that these texts need, with their vectors")
      ->type_name("FILE");
  add_text_options(command, arguments->texts);
  add_quantization_options(command, arguments->int8_scale, arguments->vocabulary_quantization);
  add_hub_options(command, arguments->model);
  add_threads_option(command, arguments->threads);
  command.callback([arguments] { run_convert(*arguments); });
}

}  // namespace m2v::cli
