#include "cli/fit_arguments.h"

#include <algorithm>
#include <map>
#include <stdexcept>

namespace m2v::cli {
namespace {

const std::map<std::string, FitTask> kTasks = {{"classification", FitTask::kClassification},
                                               {"similarity", FitTask::kSimilarity},
                                               {"regression", FitTask::kRegression},
                                               {"pairs", FitTask::kPairs}};
void require(bool holds, const std::string& problem) {
  if (!holds) throw std::invalid_argument(problem);
}

/// An option with a value, its name in help, and what it is for.
template <typename Value>
CLI::Option* add(CLI::App& command, const char* name, Value& value, const char* type,
                 const char* description) {
  return command.add_option(name, value, description)->type_name(type);
}

void add_data_options(CLI::App& command, FitArguments& arguments) {
  const auto group = [](CLI::Option* option) { option->group("Data"); };
  group(add(command, "--task", arguments.task_name, "NAME",
            "classification, similarity (vectors, by their cosine), regression (numbers, by their "
            "squares) or pairs (default: classification)")
            ->check(CLI::IsMember({"classification", "similarity", "regression", "pairs"})
                        .description("")));
  group(add(command, "--targets", arguments.targets, "NPY",
            "What similarity or regression aims at: a row a text, which FILE then has one a line"));
  group(add(command, "--vectors", arguments.vectors, "NPY",
            "The texts' vectors, of m2v encode: only the head is trained, on these"));
  group(add(command, "--validation", arguments.validation, "FILE",
            "Texts for checks, of the same layout as FILE (default: a part of FILE)"));
  group(add(command, "--validation-targets", arguments.validation_targets, "NPY",
            "What belongs to these"));
  group(add(command, "--validation-share", arguments.fit.validation_share, "X",
            "The part of FILE that is kept for checks, at most 10,000 texts (default: 0.1)")
            ->check(CLI::Range(1e-9, 1 - 1e-9).description("")));
  group(add(command, "--validation-count", arguments.fit.validation_count, "N",
            "So many texts instead"));
  group(add(command, "--folds", arguments.folds, "K",
            "Cross-validation: each of K parts is predicted by a fit to the others")
            ->check(CLI::Range(std::size_t{2}, std::size_t{1'000'000}).description("")));
}

void add_head_options(CLI::App& command, FitArguments& arguments) {
  const auto group = [](CLI::Option* option) { return option->group("What is trained"); };
  CLI::Option* const continues = group(command.add_flag(
      "--continue", arguments.continues, "MODEL has a head already: train it further"));
  group(add(command, "--hidden-layers", arguments.fit.hidden_layers, "N",
            "Layers between vector and output (default: 1)")
            ->check(CLI::Range(0, 64).description(""))
            ->excludes(continues));
  group(add(command, "--hidden-dim", arguments.fit.hidden_dim, "N", "Their width (default: 512)")
            ->check(CLI::PositiveNumber.description(""))
            ->excludes(continues));
  group(add(command, "--outputs", arguments.outputs, "N",
            "Width of the vectors that pairs get (default: the model's)"));
  group(
      command.add_flag("--freeze", arguments.fit.freeze, "Leave the tokens' vectors as they are"));
  CLI::Option* const frozen = command.add_flag("--freeze-weights", arguments.freeze_weights,
                                               "Leave the tokens' weights as they are");
  CLI::Option* const learned = command.add_flag("--learn-weights", arguments.learn_weights,
                                                "Train weights, also of a model without any");
  frozen->excludes(learned);
  group(frozen);
  group(learned);
  group(command.add_flag("--no-normalize", arguments.no_normalize,
                         "Vectors for the head as they are, not of length 1"))
      ->excludes(continues);
  group(add(command, "--max-length", arguments.max_length, "N|none",
            "Tokens of a text that count (default: the model's own)"));
}

void add_step_options(CLI::App& command, FitArguments& arguments) {
  FitOptions& fit = arguments.fit;
  const auto group = [](CLI::Option* option) { option->group("How"); };
  group(add(command, "--learning-rate", fit.learning_rate, "X", "Of Adam (default: 0.001)")
            ->check(CLI::PositiveNumber.description("")));
  group(add(command, "--batch-size", fit.batch_size, "N",
            "Texts a step (default: by their number, 32 to 512)")
            ->check(CLI::PositiveNumber.description("")));
  group(add(command, "--min-epochs", fit.min_epochs, "N", "Not to stop before (default: 0)"));
  group(add(command, "--max-epochs", arguments.max_epochs, "N",
            "Stop at the latest then (default: no limit)")
            ->check(CLI::PositiveNumber.description("")));
  group(add(command, "--early-stopping-patience", arguments.patience, "N|none",
            "Checks without gain before it stops (default: 5)"));
  group(add(command, "--validation-steps", fit.validation_steps, "N",
            "Steps between checks (default: an epoch, or a part of a long one)"));
  group(add(command, "--token-dropout", fit.token_dropout, "X",
            "Share of the tokens that each step leaves out (default: 0)")
            ->check(CLI::Range(0.0, 1 - 1e-9).description("")));
  group(command.add_flag("--balanced", fit.balanced, "Rare classes weigh more"));
  group(add(command, "--class-weight", arguments.class_weights, "NAME=X",
            "What a class weighs, once for each (default: 1)")
            ->allow_extra_args(false));
  group(add(command, "--focal-gamma", fit.focal_gamma, "X",
            "Above 0, hard texts weigh more (default: 0)")
            ->check(CLI::NonNegativeNumber.description("")));
  group(add(command, "--temperature", fit.temperature, "X", "Of pairs (default: 0.05)")
            ->check(CLI::PositiveNumber.description("")));
  group(add(command, "--seed", fit.seed, "N", "Of all that is left to chance (default: 42)"));
}

}  // namespace

FitTask FitArguments::task() const { return kTasks.at(task_name); }

void FitArguments::check() const {
  const bool has_numbers = task() == FitTask::kSimilarity || task() == FitTask::kRegression;
  require(!output.empty() || folds > 0, "--output is required: it says where the result goes");
  require(has_numbers || (targets.empty() && validation_targets.empty()),
          "--targets and --validation-targets go with --task similarity or regression");
  require(validation.empty() || targets.empty() == validation_targets.empty(),
          "--validation needs --validation-targets if there are --targets, and only then");
  require(!validation.empty() || validation_targets.empty(),
          "--validation-targets goes with --validation");
  require(classifies() || (!continues && vectors.empty() && folds == 0 && class_weights.empty() &&
                           !fit.balanced && fit.focal_gamma == 0),
          "--continue, --vectors, --folds, --balanced, --class-weight and --focal-gamma go with "
          "--task classification");
  require(class_weights.empty() || !fit.balanced, "--class-weight goes without --balanced");
  require(vectors.empty() || (!continues && folds == 0 && validation.empty()),
          "--vectors goes without --continue, --folds and --validation");
  require(!continues || folds == 0, "--folds goes without --continue");
  require(outputs == 0 || task() == FitTask::kPairs, "--outputs goes with --task pairs");
  require(input != "-" || validation != "-", "FILE and --validation cannot both be -");
}

FitOptions FitArguments::options() const {
  FitOptions options = fit;
  options.threads = threads;
  options.normalize = !no_normalize;
  if (!max_length.empty()) options.max_length = parse_max_length(max_length);
  if (patience == "none") options.early_stopping_patience.reset();
  if (!patience.empty() && patience != "none") {
    options.early_stopping_patience = parse_count("--early-stopping-patience", patience);
  }
  if (max_epochs > 0) options.max_epochs = max_epochs;
  if (freeze_weights) options.freeze_weights = true;
  if (learn_weights) options.freeze_weights = false;
  return options;
}

void add_fit_arguments(CLI::App& command, FitArguments& arguments) {
  add_model_option(command, arguments.model);
  add_table_argument(command, arguments.input, arguments.format_name);
  command.add_option("-o,--output", arguments.output, "Folder for the result")->type_name("DIR");
  add_data_options(command, arguments);
  add_head_options(command, arguments);
  add_step_options(command, arguments);
  add_threads_option(command, arguments.threads);
  command.add_flag("--json", arguments.json, "One JSON object instead of text");
}

std::vector<float> parse_class_weights(const std::vector<std::string>& named,
                                       const Classes& classes) {
  if (named.empty()) return {};
  std::vector<float> weights(classes.names.size(), 1.0f);
  for (const std::string& argument : named) {
    const std::size_t equals = argument.rfind('=');
    require(equals != std::string::npos,
            "--class-weight: '" + argument + "' is not of the form NAME=WEIGHT");
    const std::string name = argument.substr(0, equals);
    const auto found = std::ranges::find(classes.names, name);
    require(found != classes.names.end(), "--class-weight: there is no class '" + name + "'");
    const double weight = parse_real("--class-weight", argument.substr(equals + 1));
    require(weight >= 0, "--class-weight: the weight of '" + name + "' is negative");
    weights[static_cast<std::size_t>(found - classes.names.begin())] = static_cast<float>(weight);
  }
  return weights;
}

}  // namespace m2v::cli
