#include <memory>
#include <string>

#include "cli/commands.h"
#include "cli/hub_library.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/reporter.h"

namespace m2v::cli {
namespace {

constexpr char kPullHelp[] =
    R"(Prints the folder of the model in the cache, which is shared with other programs
of the hub (HF_HOME, HF_HUB_CACHE). Cached files are not downloaded again. Other
commands accept a hub id, too, and use the cached copy; only pull checks for a
newer version.

Examples:
  m2v pull minishlab/potion-base-8M
  m2v pull sentence-transformers/all-MiniLM-L6-v2 --revision main
  m2v encode -m $(m2v pull me/private-model) texts.txt -o vectors.npy)";

void run_pull(ModelArgument& model) {
  model.hub.refresh = true;
  std::filesystem::path folder;
  {
    Reporter reporter;
    const InterruptGuard guard;
    folder = pull_through_library(model.name, model.hub, reporter.on_event());
  }
  Output output;
  output << folder.string() << "\n";
  output.flush();
}

}  // namespace

void add_pull(CLI::App& app) {
  const auto model = std::make_shared<ModelArgument>();
  CLI::App& command = *app.add_subcommand("pull", "Download a model from the Hugging Face Hub");
  command.footer(kPullHelp);
  command.add_option("REPO", model->name, "Its id: ORG/NAME")->required()->type_name("");
  add_hub_options(command, *model);
  command.callback([model] { run_pull(*model); });
}

}  // namespace m2v::cli
