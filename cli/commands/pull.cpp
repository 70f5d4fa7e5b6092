#include <memory>
#include <string>

#include "cli/commands.h"
#include "cli/hub_library.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/reporter.h"

namespace m2v::cli {
namespace {

constexpr char kHelp[] =
    R"(Prints the folder. It lies in the cache that other programs of the hub share
(HF_HOME, HF_HUB_CACHE); what it has already is not downloaded again. Other
commands take a hub id as well: they use the copy in the cache as it is, and
pull is what asks whether there is a newer one.

Examples:
  m2v pull minishlab/potion-base-8M
  m2v pull sentence-transformers/all-MiniLM-L6-v2 --revision main
  m2v encode -m $(m2v pull me/private-model) texts.txt -o vectors.npy)";

void run(ModelArgument& model) {
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
  command.footer(kHelp);
  command.add_option("REPO", model->name, "Its id: ORG/NAME")->required()->type_name("");
  add_hub_options(command, *model);
  command.callback([model] { run(*model); });
}

}  // namespace m2v::cli
