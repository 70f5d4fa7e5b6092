#include <memory>
#include <string>

#include "cli/commands.h"
#include "cli/hub_library.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/reporter.h"
#include "cli/terminal.h"

namespace m2v::cli {
namespace {

constexpr char kHelp[] =
    R"(Makes one commit of what has changed. The repository is created if there is
none. A card (README.md) that m2v generated never replaces one that somebody
wrote. It takes a token with the right to write: HF_TOKEN, or the file that
hf auth login writes.

Examples:
  m2v push my-model me/my-model
  m2v push my-model me/my-model --private --message "First version"
  m2v push my-model somebody/their-model --create-pr)";

struct Arguments {
  std::string folder;
  std::string repository;
  hub::PushOptions options;
};

std::string summary(const hub::PushResult& result) {
  std::string text = printable(result.url) + ": ";
  if (result.changed == 0) return text + "nothing has changed\n";
  text += counted(result.changed, "file");
  if (result.unchanged > 0) text += ", " + with_separators(result.unchanged) + " unchanged";
  if (result.uploaded > 0) text += ", " + human_bytes(result.uploaded) + " uploaded";
  if (result.created) text += ", in a new repository";
  return text + "\n";
}

void run(const Arguments& arguments) {
  hub::PushResult result;
  {
    Reporter reporter;
    const InterruptGuard guard;
    result = push_through_library(arguments.folder, arguments.repository, arguments.options,
                                  reporter.on_event());
  }
  Output output;
  output << summary(result);
  output.flush();
}

}  // namespace

void add_push(CLI::App& app) {
  const auto arguments = std::make_shared<Arguments>();
  CLI::App& command = *app.add_subcommand("push", "Upload a model to the Hugging Face Hub");
  command.footer(kHelp);
  command.add_option("DIR", arguments->folder, "Folder of a static model")
      ->required()
      ->type_name("");
  command.add_option("REPO", arguments->repository, "Where it goes: NAME, or ORG/NAME")
      ->required()
      ->type_name("");
  command
      .add_option("--revision", arguments->options.revision,
                  "Branch to commit to, which must exist (default: main)")
      ->type_name("NAME");
  command
      .add_option("--subfolder", arguments->options.subfolder,
                  "Folder of the repository to put it in")
      ->type_name("DIR");
  command
      .add_option("--message", arguments->options.message,
                  "The commit's title (default: Upload model with m2v)")
      ->type_name("TEXT");
  command.add_flag("--private", arguments->options.make_private,
                   "If the repository is new, only you can see it");
  command.add_flag("--create-pr", arguments->options.create_pr,
                   "Open a pull request instead of committing to the branch");
  add_token_option(command, arguments->options.token);
  command.callback([arguments] { run(*arguments); });
}

}  // namespace m2v::cli
