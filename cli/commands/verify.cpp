#include <memory>
#include <string>

#include "cli/commands.h"
#include "cli/output.h"
#include "cli/terminal.h"
#include "m2v/compiled_model.h"

namespace m2v::cli {
namespace {

constexpr char kHelp[] =
    R"(Reads all of a compiled model and compares it with the checksums that it carries,
which loading does not. Exit code 0: every byte is as it was written.

Examples:
  m2v verify my-model.m2v)";

void run(const std::string& file) {
  verify_model(file);
  Output output;
  output << printable(file) + ": every byte is as it was written\n";
  output.flush();
}

}  // namespace

void add_verify(CLI::App& app) {
  const auto file = std::make_shared<std::string>();
  CLI::App& command = *app.add_subcommand("verify", "Check a compiled model for damage");
  command.footer(kHelp);
  command.add_option("FILE", *file, "A compiled model")->required()->type_name("");
  command.callback([file] { run(*file); });
}

}  // namespace m2v::cli
