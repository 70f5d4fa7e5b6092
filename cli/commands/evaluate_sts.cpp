#include <memory>
#include <string>

#include "cli/commands.h"
#include "cli/json.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/reporter.h"
#include "cli/terminal.h"
#include "cli/text_options.h"
#include "m2v/evaluate.h"

namespace m2v::cli {
namespace {

constexpr char kEvaluateStsHelp[] =
    R"(Each line of the file is a score and two texts, separated by tabs; CSV and JSONL
have the columns or fields score, sentence1 and sentence2. Prints the
correlations of the scores with the cosines of the vectors.

Examples:
  m2v evaluate-sts my-model stsb.dev.tsv
  m2v evaluate-sts my-model stsb.dev.tsv --json)";

struct EvaluateStsArguments {
  ModelArgument model;
  std::string file;
  TextArguments format;
  unsigned threads = 0;
  bool json = false;
};

void run_evaluate_sts(const EvaluateStsArguments& arguments) {
  const StaticModel model = load_model(model_path(arguments.model));
  Reporter reporter;
  const ScoredPairs pairs =
      ScoredPairs::read(arguments.file, text_options(arguments.format, reporter.on_event()));
  const StsScores scores = evaluate_sts(model, pairs, arguments.threads);
  Output output;
  if (arguments.json) {
    output << JsonObject()
                  .add("spearman", scores.spearman)
                  .add("pearson", scores.pearson)
                  .add("pairs", pairs.scores.size())
                  .str()
           << "\n";
  } else {
    output << "Spearman  " << fixed(scores.spearman, 4) << "\nPearson   "
           << fixed(scores.pearson, 4) << "\npairs     " << with_separators(pairs.scores.size())
           << "\n";
  }
  output.flush();
}

}  // namespace

void add_evaluate_sts(CLI::App& app) {
  const auto arguments = std::make_shared<EvaluateStsArguments>();
  CLI::App& command =
      *app.add_subcommand("evaluate-sts", "Compare cosine similarities with human scores");
  command.footer(kEvaluateStsHelp);
  command.add_option("MODEL", arguments->model.name, "A static model: folder, file or hub id")
      ->required()
      ->type_name("");
  add_table_argument(command, arguments->file, arguments->format);
  command.get_option("FILE")->required()->description(
      "Scores and pairs of texts: .tsv (the default), .csv, .jsonl or .ndjson, also compressed");
  command.get_option("--text-field")
      ->description("Column or field of the first text (default: sentence1)");
  command.get_option("--label-field")
      ->description("Column or field of the second text (default: sentence2)");
  add_hub_options(command, arguments->model);
  add_threads_option(command, arguments->threads);
  command.add_flag("--json", arguments->json, "One JSON object instead of text");
  command.callback([arguments] { run_evaluate_sts(*arguments); });
}

}  // namespace m2v::cli
