#include "m2v/fit.h"

#include <algorithm>
#include <filesystem>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <tuple>
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
#include "m2v/vector_file.h"

namespace m2v::cli {
namespace {

namespace fs = std::filesystem;

constexpr char kFitHelp[] =
    R"(The token vectors and a small network on top of them (the head) are trained
together until the accuracy on held-out validation texts stops improving. DIR is
a model with a head: m2v predict and m2v evaluate read it, and so does model2vec.
Ctrl-C saves the best state so far; the exit code is then 130.

Likely mistakes in the data (empty texts, a header that was read as a
text, labels that differ only in case, swapped columns, a class with one text,
equal texts with different labels) are warnings, and errors with --strict.

FILE is TSV (the label, a tab, the text), CSV (columns "text" and "label") or
JSONL (fields "text" and "label"). With several labels per text ("labels": a
list, in CSV separated by semicolons) each label is predicted independently. Other
tasks have other columns:
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

/// Throws Error with the name of the file in place of the library's prefix "fit: ".
[[noreturn]] void blame(const std::string& file, std::string_view problem) {
  constexpr std::string_view kPrefix = "fit: ";
  if (problem.starts_with(kPrefix)) problem.remove_prefix(kPrefix.size());
  throw Error((file == "-" ? "standard input" : file) + ": " + std::string(problem));
}

/// Checks before training that its result can be saved. Throws Error or std::invalid_argument if it
/// cannot.
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

/// Warns of likely mistakes in a file of texts. Throws Error if it has no texts or, with --strict,
/// if there is any such mistake.
void look_at_data(Reporter& reporter, const FitArguments& arguments, const std::string& file,
                  const FitData& data) {
  const Texts texts = data.texts();
  if (texts.empty()) blame(file, "contains no texts");
  std::vector<DataProblem> problems =
      arguments.classifies() ? find_data_problems(texts, data.labels()) : find_data_problems(texts);
  if (file == arguments.validation) problems = without_single_texts(std::move(problems));
  warn_of_problems(reporter, file, problems, data.lines(), arguments.strict);
}

/// The model that training starts from.
struct Start {
  fs::path path;
  std::optional<ModelWithHead> trained;  ///< Set with --continue only.
  std::optional<StaticModel> model;      ///< Set without --continue only.

  Start(const FitArguments& arguments, const OnEvent& on_event)
      : path(model_path(arguments.model)) {
    if (arguments.continues) {
      trained = ModelWithHead::load(path, on_event);
    } else {
      model = StaticModel::load(path, {}, on_event);
    }
  }
};

/// Checks that all labels, also those of the validation texts, belong to `classes`. Throws Error if
/// one does not.
void check_classes(const FitArguments& arguments, const Classes& classes, const FitData& data,
                   const ClassifierOptions& options) {
  const auto check = [&](const Labels& labels, const std::string& file, const char* remedy) {
    try {
      std::ignore = labels_in(labels, classes);
    } catch (const std::invalid_argument& problem) {
      blame(file, std::string(problem.what()) + ": " + remedy);
    }
  };
  if (arguments.continues) {
    check(data.labels(), arguments.input,
          "--continue keeps the classes of the head; without it a new head learns these");
  }
  check(options.validation_labels, arguments.validation,
        "remove its texts, or add some to the training texts");
}

/// Trains only the head, on precomputed vectors of the texts.
ModelWithHead fit_on_vectors(const StaticModel& model, const std::string& file,
                             const Labels& labels, const ClassifierOptions& options,
                             const OnEvent& on_event, FitReport& report) {
  const Matrix vectors = read_vectors(file);
  if (vectors.cols != model.dim()) {
    throw Error(file + ": vectors of " + std::to_string(vectors.cols) +
                " values, but the model's have " + std::to_string(model.dim()));
  }
  return {model, fit_head(vectors, labels, options, on_event, &report)};
}

/// A trained model and its training.json.
struct Trained {
  ModelWithHead trained;
  std::string record;
};

Trained train_classifier(const FitArguments& arguments, const Start& start, const FitData& data,
                         const ClassifierOptions& options, const OnEvent& on_event,
                         FitReport& report) {
  ModelWithHead trained =
      arguments.continues
          ? fit(*start.trained, data.texts(), data.labels(), options, on_event, &report)
      : arguments.vectors.empty()
          ? fit(*start.model, data.texts(), data.labels(), options, on_event, &report)
          : fit_on_vectors(*start.model, arguments.vectors, data.labels(), options, on_event,
                           report);
  return {std::move(trained), training_json(options, report)};
}

/// `checks` are the validation data, or null.
Trained train(const FitArguments& arguments, const Start& start, const FitData& data,
              const FitData* checks, const ClassifierOptions& options, const OnEvent& on_event,
              FitReport& report) {
  const FitOptions& common = options;
  switch (arguments.task()) {
    case FitTask::kClassification:
      break;
    case FitTask::kPairs: {
      const PairOptions pairs{common, arguments.outputs, arguments.temperature,
                              checks == nullptr ? Texts() : checks->partners()};
      ModelWithHead trained =
          fit_pairs(*start.model, data.texts(), data.partners(), pairs, on_event, &report);
      return {std::move(trained), training_json(pairs, report)};
    }
    case FitTask::kSimilarity:
    case FitTask::kRegression: {
      const VectorOptions vectors{common, checks == nullptr ? MatrixView() : checks->targets()};
      const VectorLoss loss = arguments.task() == FitTask::kSimilarity
                                  ? VectorLoss::kCosine
                                  : VectorLoss::kMeanSquaredError;
      ModelWithHead trained =
          fit_vectors(*start.model, data.texts(), data.targets(), loss, vectors, on_event, &report);
      return {std::move(trained), training_json(vectors, report)};
    }
  }
  return train_classifier(arguments, start, data, options, on_event, report);
}

/// Trains and saves a model, and adds a summary to `json` and `output`.
void fit_and_save(const FitArguments& arguments, const Start& start, const FitData& data,
                  const FitData* checks, const ClassifierOptions& options, Reporter& reporter,
                  JsonObject& json, Output& output) {
  FitReport report;
  FitProgress progress(reporter, report, arguments.classifies());
  const auto [trained, record] = train(arguments, start, data, checks, options,
                                       without_data_warnings(progress.on_event()), report);
  progress.finish();
  trained.save(arguments.output, {.training_json = record, .force = arguments.force});
  reporter.clear();
  const std::string outcome = as_text(report, arguments.classifies());
  if (report.cancelled) {
    throw Interrupted("interrupted: " + arguments.output + " has the best state so far, " +
                      outcome);
  }
  json.add("output", arguments.output).add("outputs", trained.outputs());
  add_fit_report(json, report, arguments.classifies());
  if (arguments.json || is_quiet()) return;
  output << printable(arguments.output) << ": "
         << (arguments.classifies() ? counted(trained.outputs(), "class", "classes")
                                    : counted(trained.outputs(), "output"))
         << ", " << outcome << "\n";
}

void run_fit(const FitArguments& arguments) {
  arguments.check();
  ClassifierOptions options = arguments.options();
  const FitTask task = arguments.task();
  Reporter reporter;
  const TextOptions format = text_options(arguments.format, reporter.on_event());
  const FitData data = FitData::read(task, arguments.input, format, arguments.targets);
  std::optional<FitData> checks;
  if (!arguments.validation.empty()) {
    checks = FitData::read(task, arguments.validation, format, arguments.validation_targets);
    options.validation_texts = checks->texts();
    if (arguments.classifies()) options.validation_labels = checks->labels();
  }
  const Start start(arguments, reporter.on_event());
  check_destination(arguments, start.path);
  look_at_data(reporter, arguments, arguments.input, data);
  if (checks) look_at_data(reporter, arguments, arguments.validation, *checks);
  if (arguments.classifies()) {
    const Classes& classes = arguments.continues ? start.trained->classes() : data.labels().classes;
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
      fit_and_save(arguments, start, data, checks ? &*checks : nullptr, options, reporter, json,
                   output);
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
  command.footer(kFitHelp);
  add_fit_arguments(command, *arguments);
  command.callback([arguments] { run_fit(*arguments); });
}

}  // namespace m2v::cli
