#include "m2v/fit.h"

#include <algorithm>
#include <filesystem>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "cli/commands.h"
#include "cli/fit_arguments.h"
#include "cli/fit_progress.h"
#include "cli/json.h"
#include "cli/output.h"
#include "cli/reporter.h"
#include "cli/reports.h"
#include "cli/terminal.h"
#include "m2v/cross_validation.h"
#include "m2v/error.h"
#include "m2v/training_file.h"

namespace m2v::cli {
namespace {

namespace fs = std::filesystem;

constexpr char kHelp[] =
    R"(The model's vectors and a small network behind them are trained together, until
a part of the texts that is kept back for checks is classified no better. DIR is
a model with a head: m2v predict and m2v evaluate read it, and so does model2vec.
Ctrl-C keeps the best so far; the exit code is 130 then.

FILE is TSV (the label, a tab, the text), CSV (columns "text" and "label") or
JSONL (fields "text" and "label"). With several labels a text ("labels": a list,
in CSV with semicolons between them) each is predicted by itself. Other tasks
have other columns:
  similarity, regression   numbers in place of the label: all columns before the
                           text, "label" or "labels"; or a .npy file (--targets)
  pairs                    the last two columns, "anchor" and "positive"

Examples:
  m2v fit -m my-model train.tsv -o classifier
  m2v fit -m my-model train.jsonl -o classifier --validation dev.jsonl --balanced
  m2v fit -m classifier more.tsv -o classifier --continue
  m2v fit -m my-model train.tsv --folds 5
  m2v fit -m my-model texts.txt --targets vectors.npy --task similarity -o model
  m2v fit -m my-model questions.tsv --task pairs --hidden-layers 0 -o model)";

/// What is wrong with the data is told with its file's name.
[[noreturn]] void blame(const std::string& file, std::string_view problem) {
  constexpr std::string_view kPrefix = "fit: ";
  if (problem.starts_with(kPrefix)) problem.remove_prefix(kPrefix.size());
  throw Error((file == "-" ? "standard input" : file) + ": " + std::string(problem));
}

/// Finds out before the long work, not after it, that its result has nowhere to go.
void check_destination(const FitArguments& arguments, const fs::path& model) {
  std::error_code ignored;
  if (arguments.output.empty()) return;
  if (fs::exists(arguments.output, ignored) && !fs::is_directory(arguments.output, ignored)) {
    throw Error(arguments.output + ": exists and is not a folder");
  }
  if (!arguments.continues && fs::equivalent(arguments.output, model, ignored)) {
    throw std::invalid_argument("--output is the model's own folder: choose another");
  }
}

/// A text without words teaches nothing, and is most likely a slip.
void look_at_texts(Reporter& reporter, const std::string& file, Texts texts) {
  if (texts.empty()) blame(file, "there are no texts in it");
  const auto is_empty = [](std::string_view text) { return text.empty(); };
  const auto first = std::ranges::find_if(texts, is_empty);
  if (first == texts.end()) return;
  const auto count = static_cast<std::size_t>(std::ranges::count_if(texts, is_empty));
  reporter.warn(file + ": " + counted(count, "text") + (count == 1 ? " is" : " are") +
                " empty, the first is text " +
                with_separators(static_cast<std::size_t>(first - texts.begin()) + 1));
}

/// What training begins with.
struct Start {
  fs::path path;
  std::optional<Pipeline> pipeline;  ///< With --continue; otherwise:
  std::optional<StaticModel> model;

  Start(const FitArguments& arguments, const OnEvent& on_event)
      : path(model_path(arguments.model)) {
    if (arguments.continues) {
      pipeline = Pipeline::load(path, on_event);
    } else {
      model = StaticModel::load(path, {}, on_event);
    }
  }
};

/// Makes the checks on texts of their own.
void use_for_checks(FitTask task, const FitData& checks, FitOptions& options) {
  options.validation_texts = checks.texts();
  if (task == FitTask::kClassification) options.validation_labels = checks.labels();
  if (task == FitTask::kPairs) options.validation_partners = checks.partners();
  if (task == FitTask::kSimilarity || task == FitTask::kRegression) {
    options.validation_vectors = checks.targets();
  }
}

/// What says which classes there are, of the labels and of those for checks.
void check_classes(const FitArguments& arguments, const Classes& classes, const FitData& data,
                   const FitOptions& options) {
  const auto check = [&](const Labels& labels, const std::string& file, const char* remedy) {
    try {
      labels_in(labels, classes);
    } catch (const std::invalid_argument& problem) {
      blame(file, std::string(problem.what()) + ": " + remedy);
    }
  };
  if (arguments.continues) {
    check(data.labels(), arguments.input,
          "a head goes on with its own classes; without --continue a new one learns these");
  }
  check(options.validation_labels, arguments.validation,
        "leave its texts out, or add some to those for training");
}

/// The head alone, on vectors that are there.
Pipeline fit_on_vectors(const StaticModel& model, const std::string& file, const Labels& labels,
                        const FitOptions& options, const OnEvent& on_event, FitReport& report) {
  const Matrix vectors = read_vectors(file);
  if (vectors.cols != model.dim()) {
    throw Error(file + ": vectors of " + std::to_string(vectors.cols) +
                " values, but the model's have " + std::to_string(model.dim()));
  }
  return {model, fit_head(vectors, labels, options, on_event, &report)};
}

Pipeline run_fit(const FitArguments& arguments, const Start& start, const FitData& data,
                 const FitOptions& options, const OnEvent& on_event, FitReport& report) {
  const Texts texts = data.texts();
  if (arguments.continues) {
    return fit(*start.pipeline, texts, data.labels(), options, on_event, &report);
  }
  const StaticModel& model = *start.model;
  if (!arguments.vectors.empty()) {
    return fit_on_vectors(model, arguments.vectors, data.labels(), options, on_event, report);
  }
  switch (arguments.task()) {
    case FitTask::kClassification:
      break;
    case FitTask::kPairs:
      return fit_pairs(model, texts, data.partners(), arguments.outputs, options, on_event,
                       &report);
    case FitTask::kSimilarity:
      return fit_vectors(model, texts, data.targets(), VectorLoss::kCosine, options, on_event,
                         &report);
    case FitTask::kRegression:
      return fit_vectors(model, texts, data.targets(), VectorLoss::kMeanSquares, options, on_event,
                         &report);
  }
  return fit(model, texts, data.labels(), options, on_event, &report);
}

/// Fits, saves, and says how it went.
void fit_and_save(const FitArguments& arguments, const Start& start, const FitData& data,
                  const FitOptions& options, Reporter& reporter, JsonObject& json, Output& output) {
  FitReport report;
  FitProgress progress(reporter, report, arguments.classifies());
  const Pipeline pipeline = run_fit(arguments, start, data, options, progress.on_event(), report);
  progress.finish();
  pipeline.save(arguments.output, {.training_json = training_json(options, report)});
  reporter.clear();
  const std::string outcome = as_text(report, arguments.classifies());
  if (report.cancelled) {
    throw Interrupted("interrupted: " + arguments.output + " has the best so far, " + outcome);
  }
  json.add("output", arguments.output).add("outputs", pipeline.outputs());
  add_fit_report(json, report, arguments.classifies());
  if (arguments.json) return;
  output << printable(arguments.output) << ": " << with_separators(pipeline.outputs())
         << (arguments.classifies() ? " classes, " : " outputs, ") << outcome << "\n";
}

void run(const FitArguments& arguments) {
  arguments.check();
  FitOptions options = arguments.options();
  const FitTask task = arguments.task();
  const FitData data = FitData::read(task, arguments.input, arguments.format(), arguments.targets);
  std::optional<FitData> checks;
  if (!arguments.validation.empty()) {
    checks =
        FitData::read(task, arguments.validation, arguments.format(), arguments.validation_targets);
    use_for_checks(task, *checks, options);
  }
  Reporter reporter;
  const Start start(arguments, reporter.on_event());
  check_destination(arguments, start.path);
  look_at_texts(reporter, arguments.input, data.texts());
  if (arguments.classifies()) {
    const Classes& classes =
        arguments.continues ? start.pipeline->classes() : data.labels().classes;
    check_classes(arguments, classes, data, options);
    options.class_weights = parse_class_weights(arguments.class_weights, classes);
  }
  JsonObject json;
  Output output;
  const InterruptGuard guard;
  try {
    if (arguments.folds > 0) {
      const auto folds = cross_validate(*start.model, data.texts(), data.labels(), arguments.folds,
                                        options, reporter.on_event());
      reporter.clear();
      json.add_raw("folds", folds_as_json(folds));
      if (!arguments.json) output << folds_as_text(folds);
    }
    if (!arguments.output.empty()) {
      fit_and_save(arguments, start, data, options, reporter, json, output);
    }
  } catch (const std::invalid_argument& problem) {
    const std::string& beside = arguments.vectors.empty() ? arguments.targets : arguments.vectors;
    blame(arguments.input + (beside.empty() ? "" : " with " + beside), problem.what());
  }
  if (arguments.json) output << json.str() << "\n";
  output.flush();
}

}  // namespace

void add_fit(CLI::App& app) {
  const auto arguments = std::make_shared<FitArguments>();
  CLI::App& command =
      *app.add_subcommand("fit", "Train a classifier, or other outputs, on labelled texts");
  command.footer(kHelp);
  add_fit_arguments(command, *arguments);
  command.callback([arguments] { run(*arguments); });
}

}  // namespace m2v::cli
