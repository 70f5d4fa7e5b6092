#include <memory>
#include <stdexcept>
#include <string>

#include "cli/commands.h"
#include "cli/folds.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/reporter.h"
#include "cli/terminal.h"
#include "m2v/classification.h"
#include "m2v/error.h"
#include "m2v/pipeline.h"
#include "m2v/text_table.h"

namespace m2v::cli {
namespace {

constexpr char kHelp[] =
    R"(Precision, recall, F1 and support by class, their averages, and the share of
texts of which all labels are right; the figures and the layout are those of
scikit-learn's classification_report, and --json prints its dictionary.

FILE is laid out as for m2v fit: TSV, CSV or JSONL.

Examples:
  m2v evaluate -m classifier test.tsv
  m2v evaluate -m classifier test.jsonl --json)";

struct Arguments {
  ModelArgument model;
  std::string input = "-";
  std::string format;
  double threshold = 0.5;
  int digits = 2;
  bool json = false;
  unsigned threads = 0;
};

void run(const Arguments& arguments) {
  Reporter reporter;
  const TextTable table = TextTable::read_labels(arguments.input, parse_format(arguments.format));
  if (table.texts().empty()) throw Error(arguments.input + ": there are no texts in it");
  const Pipeline pipeline = Pipeline::load(model_path(arguments.model), reporter.on_event());
  if (pipeline.classes().names.empty()) {
    throw Error(arguments.model.name + ": its outputs are vectors, and not classes to evaluate");
  }
  const Matrix probabilities = pipeline.predict_proba(table.texts(), {.threads = arguments.threads});
  const Labels predicted = pipeline.choose(probabilities, arguments.threshold);
  Output output;
  try {
    const ClassificationReport report = classification_report(table.labels(), predicted);
    if (arguments.json) {
      output << report_as_json(report) << "\n";
    } else {
      output << report.as_text(arguments.digits);
      if (report.multilabel) {
        output << "\nall labels right: " << fixed(report.accuracy, arguments.digits) << " of the texts\n";
      }
    }
  } catch (const std::invalid_argument& problem) {
    throw Error(arguments.input + ": " + problem.what());
  }
  output.flush();
}

}  // namespace

void add_evaluate(CLI::App& app) {
  const auto arguments = std::make_shared<Arguments>();
  CLI::App& command =
      *app.add_subcommand("evaluate", "Compare a classifier's labels with the right ones");
  command.footer(kHelp);
  add_model_option(command, arguments->model);
  add_table_argument(command, arguments->input, arguments->format);
  command
      .add_option("--threshold", arguments->threshold,
                  "Of several labels, those with a probability above it (default: 0.5)")
      ->check(CLI::Range(0.0, 1.0).description(""))
      ->type_name("X");
  command.add_option("--digits", arguments->digits, "Decimals of the table (default: 2)")
      ->check(CLI::Range(0, 17).description(""))
      ->type_name("N");
  command.add_flag("--json", arguments->json, "One JSON object instead of text");
  add_threads_option(command, arguments->threads);
  command.callback([arguments] { run(*arguments); });
}

}  // namespace m2v::cli
