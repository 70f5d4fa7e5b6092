#include <algorithm>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>

#include "cli/commands.h"
#include "cli/data_warnings.h"
#include "cli/html/evaluation.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/reporter.h"
#include "cli/reports.h"
#include "cli/terminal.h"
#include "cli/text_options.h"
#include "cli/validators.h"
#include "m2v/classification.h"
#include "m2v/error.h"
#include "m2v/model_with_head.h"
#include "m2v/text_file.h"
#include "m2v/text_table.h"
#include "m2v/training_file.h"

namespace m2v::cli {
namespace {

constexpr char kEvaluateHelp[] =
    R"(Precision, recall, F1 and support by class, their averages, and the fraction
of texts whose labels are all right; metrics and layout are those of
scikit-learn's classification_report, and --json prints its dictionary.

FILE has the format of m2v fit: TSV, CSV or JSONL.

--plot also writes a self-contained HTML page: metrics by class, the confusion
matrix, precision-recall curves, calibration, the most confident errors with the
contribution of each word, and the training curves.

Examples:
  m2v evaluate -m classifier test.tsv
  m2v evaluate -m classifier test.tsv --plot report.html
  m2v evaluate -m classifier test.jsonl --json)";

struct EvaluateArguments {
  ModelArgument model;
  std::string input = "-";
  TextArguments format;
  double threshold = 0.5;
  int digits = 2;
  std::string plot;
  bool json = false;
  bool strict = false;
  unsigned threads = 0;
};

void write_page(const EvaluateArguments& arguments, const ModelWithHead& trained,
                const TextTable& table, const Labels& predicted, const Matrix& probabilities,
                const ClassificationReport& report) {
  const Classes classes = union_of(table.labels().classes, trained.classes());
  html::Evaluation evaluation{
      .model = std::filesystem::path(arguments.model.name).filename().string(),
      .file = std::filesystem::path(arguments.input).filename().string(),
      .trained = trained,
      .texts = table.texts(),
      .truth = labels_in(table.labels(), classes),
      .predicted = labels_in(predicted, classes),
      .locations = {},
      .probabilities = probabilities,
      .threshold = arguments.threshold,
      .report = report,
      .training = read_training(trained),
      .threads = arguments.threads};
  for (const std::string& name : trained.classes().names) {
    const auto location = std::ranges::find(classes.names, name) - classes.names.begin();
    evaluation.locations.push_back(static_cast<std::uint32_t>(location));
  }
  TextWriter writer = TextWriter::open(arguments.plot);
  writer.write(html::evaluation_page(evaluation));
  writer.finish();
}

void print(const EvaluateArguments& arguments, const ClassificationReport& report) {
  Output output;
  if (arguments.json) {
    output << report_as_json(report) << "\n";
  } else {
    ClassificationReport lines = report;
    for (ClassScores& scores : lines.classes) scores.name = escaped(scores.name);
    output << lines.as_text(arguments.digits);
  }
  if (report.multilabel && !arguments.json) {
    output << "\nall labels right: " << fixed(report.accuracy, arguments.digits)
           << " of the texts\n";
  }
  output.flush();
}

void run_evaluate(const EvaluateArguments& arguments) {
  Reporter reporter;
  const TextTable table =
      TextTable::read_labels(arguments.input, text_options(arguments.format, reporter.on_event()));
  if (table.texts().empty()) throw Error(arguments.input + ": contains no texts");
  warn_of_problems(reporter, arguments.input,
                   without_single_texts(find_data_problems(table.texts(), table.labels())),
                   table.lines(), arguments.strict);
  const ModelWithHead trained =
      ModelWithHead::load(model_path(arguments.model), reporter.on_event());
  if (trained.classes().names.empty()) {
    throw Error(arguments.model.name + ": the outputs are vectors, not classes");
  }
  const Matrix probabilities = trained.predict_proba(table.texts(), {.threads = arguments.threads});
  const Labels predicted = trained.choose(probabilities, arguments.threshold);
  try {
    const ClassificationReport report = classification_report(table.labels(), predicted);
    if (!arguments.plot.empty()) {
      write_page(arguments, trained, table, predicted, probabilities, report);
      if (is_file(arguments.plot)) {
        reporter.note(arguments.plot + ": HTML report on " + counted(table.texts().size(), "text"));
      }
    }
    print(arguments, report);
  } catch (const std::invalid_argument& problem) {
    throw Error(arguments.input + ": " + problem.what());
  }
}

}  // namespace

void add_evaluate(CLI::App& app) {
  const auto arguments = std::make_shared<EvaluateArguments>();
  CLI::App& command =
      *app.add_subcommand("evaluate", "Compare a classifier's labels with the right ones");
  command.footer(kEvaluateHelp);
  add_model_option(command, arguments->model);
  add_table_argument(command, arguments->input, arguments->format);
  command
      .add_option("--threshold", arguments->threshold,
                  "With several labels per text: predict those whose probability is "
                  "above X (default: 0.5)")
      ->check(number_from_0_to_1())
      ->type_name("X");
  command.add_option("--digits", arguments->digits, "Decimals of the table (default: 2)")
      ->check(whole_number(0, 17))
      ->type_name("N");
  command.add_option("--plot", arguments->plot, "Write an HTML report to this file")
      ->type_name("HTML");
  add_strict_option(command, arguments->strict);
  command.add_flag("--json", arguments->json, "One JSON object instead of text");
  add_threads_option(command, arguments->threads);
  command.callback([arguments] { run_evaluate(*arguments); });
}

}  // namespace m2v::cli
