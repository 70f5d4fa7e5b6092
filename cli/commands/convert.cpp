#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>

#include "cli/commands.h"
#include "cli/options.h"
#include "cli/reporter.h"
#include "m2v/compiled_model.h"

namespace m2v::cli {
namespace {

namespace fs = std::filesystem;

constexpr char kHelp[] =
    R"(Compiles a model's folder into one file that every command takes in its place,
starts from in a moment, and shares with other processes; or makes the folder
again, with the files that it had. OUT says which: NAME.m2v is a file, anything
else a folder. A folder to a folder rewrites the model in the layout that 'm2v
distill' writes, and a file to a file compiles it again.

Examples:
  m2v convert my-model -o my-model.m2v
  m2v encode -m my-model.m2v texts.txt -o vectors.npy
  m2v convert my-model.m2v -o my-model)";

struct Arguments {
  ModelArgument model;
  std::string output;
};

void run(const Arguments& arguments) {
  const fs::path model = model_path(arguments.model);
  const fs::path output = arguments.output;
  Reporter reporter;
  if (output.extension() == ".m2v") {
    compile_model(model, output, {}, reporter.on_event());
  } else if (is_compiled_model(model)) {
    unpack_model(model, output);
  } else {
    StaticModel::load(model, {}, reporter.on_event()).save(output);
  }
}

}  // namespace

void add_convert(CLI::App& app) {
  const auto arguments = std::make_shared<Arguments>();
  CLI::App& command = *app.add_subcommand("convert", "Compile a model into one file, or back");
  command.footer(kHelp);
  command.add_option("MODEL", arguments->model, "Folder of a static model, or a compiled one")
      ->required()
      ->type_name("");
  command.add_option("-o,--output", arguments->output, "NAME.m2v, or a folder")
      ->required()
      ->type_name("OUT");
  command.callback([arguments] { run(*arguments); });
}

}  // namespace m2v::cli
