#include "m2v/fit.h"

#include <algorithm>
#include <filesystem>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "cli/commands.h"
#include "cli/data_warnings.h"
#include "cli/fit_arguments.h"
#include "cli/fit_progress.h"
#include "cli/json.h"
#include "cli/output.h"
#include "cli/reporter.h"
#include "cli/reports.h"
#include "cli/terminal.h"
#include "m2v/cross_validation.h"
#include "m2v/data_problems.h"
#include "m2v/error.h"
#include "m2v/training_file.h"

namespace m2v::cli {
namespace {

namespace fs = std::filesystem;

constexpr char kHelp[] =
    R"(The token vectors and a small network on top of them (the head) are trained
together until the validation texts, which are kept back, are classified no
better. DIR is a model with a head: m2v predict and m2v evaluate read it, and so
does model2vec. Ctrl-C keeps the best so far; the exit code is 130 then.

What looks like a mistake in the data (empty texts, a header that was read as a
text, labels that differ only in case, swapped columns, a class with one text,
equal texts with different labels) is a warning, and an error with --strict.

FILE is TSV (the label, a tab, the text), CSV (columns "text" and "label") or
JSONL (fields "text" and "label"). With several labels per text ("labels": a
list, in CSV separated by semicolons) each is predicted by itself. Other tasks
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
  check_save_folder(arguments.output, arguments.force);
}

/// Warns of what looks like a mistake in a file of texts.
void look_at_data(Reporter& reporter, const FitArguments& arguments, const std::string& file,
                  const FitData& data) {
  const Texts texts = data.texts();
  if (texts.empty()) blame(file, "there are no texts in it");
  std::vector<DataProblem> problems =
      arguments.classifies() ? find_data_problems(texts, data.labels()) : find_data_problems(texts);
  if (file == arguments.validation) problems = without_single_texts(std::move(problems));
  warn_of_problems(reporter, file, problems, data.lines(), arguments.strict);
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
  const Pipeline pipeline =
      run_fit(arguments, start, data, options, without_data_warnings(progress.on_event()), report);
  progress.finish();
  pipeline.save(arguments.output,
                {.training_json = training_json(options, report), .force = arguments.force});
  reporter.clear();
  const std::string outcome = as_text(report, arguments.classifies());
  if (report.cancelled) {
    throw Interrupted("interrupted: " + arguments.output + " has the best so far, " + outcome);
  }
  json.add("output", arguments.output).add("outputs", pipeline.outputs());
  add_fit_report(json, report, arguments.classifies());
  if (arguments.json || is_quiet()) return;
  output << printable(arguments.output) << ": "
         << (arguments.classifies() ? counted(pipeline.outputs(), "class", "classes")
                                    : counted(pipeline.outputs(), "output"))
         << ", " << outcome << "\n";
}

void run(const FitArguments& arguments) {
  arguments.check();
  FitOptions options = arguments.options();
  const FitTask task = arguments.task();
  Reporter reporter;
  const TextOptions format = text_options(arguments.format, reporter.on_event());
  const FitData data = FitData::read(task, arguments.input, format, arguments.targets);
  std::optional<FitData> checks;
  if (!arguments.validation.empty()) {
    checks = FitData::read(task, arguments.validation, format, arguments.validation_targets);
    use_for_checks(task, *checks, options);
  }
  const Start start(arguments, reporter.on_event());
  check_destination(arguments, start.path);
  look_at_data(reporter, arguments, arguments.input, data);
  if (checks) look_at_data(reporter, arguments, arguments.validation, *checks);
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
                                        options, without_data_warnings(reporter.on_event()));
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
