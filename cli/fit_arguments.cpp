#include "cli/fit_arguments.h"

#include <algorithm>
#include <map>
#include <stdexcept>

#include "cli/validators.h"

namespace m2v::cli {
namespace {

const std::map<std::string, FitTask> kTasks = {{"classification", FitTask::kClassification},
                                               {"similarity", FitTask::kSimilarity},
                                               {"regression", FitTask::kRegression},
                                               {"pairs", FitTask::kPairs}};
void require(bool holds, const std::string& problem) {
  if (!holds) throw std::invalid_argument(problem);
}

/// Adds an option that takes a value; `type` names the value in the help text.
template <typename Value>
CLI::Option* add(CLI::App& command, const char* name, Value& value, const char* type,
                 const char* description) {
  return command.add_option(name, value, description)->type_name(type);
}

void add_data_options(CLI::App& command, FitArguments& arguments) {
  const auto group = [](CLI::Option* option) { option->group("Data"); };
  group(add(command, "--task", arguments.task_name, "NAME",
            "classification, similarity (vectors; cosine loss), regression (numbers; squared "
            "error) or pairs (default: classification)")
            ->check(one_of({"classification", "similarity", "regression", "pairs"})));
  group(add(
      command, "--targets", arguments.targets, "NPY",
      "Targets for similarity or regression, one row per text; FILE then has one text per line"));
  group(add(command, "--vectors", arguments.vectors, "NPY",
            "Vectors of the texts from m2v encode: trains only the head"));
  group(add(command, "--validation", arguments.validation, "FILE",
            "Validation texts, in the format of FILE (default: a part of FILE)"));
  group(add(command, "--validation-targets", arguments.validation_targets, "NPY",
            "Targets of the validation texts"));
  group(add(command, "--validation-fraction", arguments.fit.validation_fraction, "X",
            "Fraction of FILE to use for validation, at most 10,000 texts (default: 0.1)")
            ->check(number({.value = 0, .belongs = false}, Bound{.value = 1, .belongs = false})));
  group(add(command, "--validation-count", arguments.fit.validation_count, "N",
            "Number of texts to use for validation, instead of a fraction")
            ->check(whole_number(0)));
  group(add(command, "--folds", arguments.folds, "K",
            "Cross-validate: predict each of K folds by a model trained on the others")
            ->check(whole_number(2, 1'000'000)));
}

void add_head_options(CLI::App& command, FitArguments& arguments) {
  const auto group = [](CLI::Option* option) { return option->group("Model"); };
  CLI::Option* const continues =
      group(command.add_flag("--continue", arguments.continues,
                             "Continue training the head of MODEL instead of a new one"));
  group(add(command, "--hidden-layers", arguments.fit.hidden_layers, "N",
            "Hidden layers between the vector and the output (default: 1)")
            ->check(whole_number(0, 64))
            ->excludes(continues));
  group(add(command, "--hidden-dim", arguments.fit.hidden_dim, "N",
            "Units of each hidden layer (default: 512)")
            ->check(whole_number(1))
            ->excludes(continues));
  group(add(command, "--outputs", arguments.outputs, "N",
            "Dimensions of the vectors of pairs (default: the model's)")
            ->check(whole_number(0)));
  group(command.add_flag("--freeze", arguments.fit.freeze, "Do not train the token vectors"));
  CLI::Option* const frozen = command.add_flag("--freeze-weights", arguments.freeze_weights,
                                               "Do not train the token weights");
  CLI::Option* const learned = command.add_flag("--learn-weights", arguments.learn_weights,
                                                "Train token weights, even if the model has none");
  frozen->excludes(learned);
  group(frozen);
  group(learned);
  group(command.add_flag("--no-normalize", arguments.no_normalize,
                         "Do not scale the head's input to length 1"))
      ->excludes(continues);
  group(add(command, "--max-length", arguments.max_length, "N|none",
            "Maximum length of a text in tokens (default: the model's own)")
            ->check(whole_number_or_none()));
}

void add_step_options(CLI::App& command, FitArguments& arguments) {
  ClassifierOptions& fit = arguments.fit;
  const auto group = [](CLI::Option* option) { option->group("Training"); };
  group(add(command, "--learning-rate", fit.learning_rate, "X",
            "Learning rate of Adam (default: 0.001)")
            ->check(positive_number()));
  group(add(command, "--batch-size", fit.batch_size, "N",
            "Texts per step (default: 32 to 512, by the number of texts)")
            ->check(whole_number(1)));
  group(add(command, "--min-epochs", fit.min_epochs, "N",
            "Do not stop before this many epochs (default: 0)")
            ->check(whole_number(0)));
  group(add(command, "--max-epochs", arguments.max_epochs, "N",
            "Stop after this many epochs (default: no limit)")
            ->check(whole_number(1)));
  group(add(command, "--early-stopping-patience", arguments.patience, "N|none",
            "Validations without improvement before training stops (default: 5)")
            ->check(whole_number_or_none()));
  group(add(command, "--validation-steps", fit.validation_steps, "N",
            "Steps between validations (default: an epoch, or a part of a long "
            "one)")
            ->check(whole_number(0)));
  group(add(command, "--token-dropout", fit.token_dropout, "X",
            "Fraction of the tokens to drop in each step (default: 0)")
            ->check(number({0}, Bound{.value = 1, .belongs = false})));
  group(
      command.add_flag("--balanced", fit.balanced, "Weight classes inversely to their frequency"));
  group(add(command, "--class-weight", arguments.class_weights, "NAME=X",
            "Weight of a class; repeat it for each (default: 1)")
            ->allow_extra_args(false));
  group(add(command, "--focal-gamma", fit.focal_gamma, "X",
            "Gamma of the focal loss; above 0, hard texts get more weight (default: 0)")
            ->check(number({0})));
  group(command.add_flag("--calibrate", fit.calibrate,
                         "Calibrate the probabilities by temperature scaling on the validation "
                         "texts; predicted labels do not change"));
  group(add(command, "--temperature", arguments.temperature, "X",
            "Temperature of the loss for pairs (default: 0.05)")
            ->check(positive_number()));
  group(add(command, "--seed", fit.seed, "N", "Seed of the random numbers (default: 42)")
            ->check(whole_number(0)));
}

}  // namespace

FitTask FitArguments::task() const { return kTasks.at(task_name); }

void FitArguments::check() const {
  const bool has_numbers = task() == FitTask::kSimilarity || task() == FitTask::kRegression;
  require(!output.empty() || folds > 0, "--output is required");
  require(has_numbers || (targets.empty() && validation_targets.empty()),
          "--targets and --validation-targets require --task similarity or regression");
  require(validation.empty() || targets.empty() == validation_targets.empty(),
          "--validation requires --validation-targets if --targets is given, and excludes it "
          "otherwise");
  require(!validation.empty() || validation_targets.empty(),
          "--validation-targets requires --validation");
  require(classifies() || (!continues && vectors.empty() && folds == 0 && class_weights.empty() &&
                           !fit.balanced && fit.focal_gamma == 0 && !fit.calibrate),
          "--continue, --vectors, --folds, --balanced, --class-weight, --focal-gamma and "
          "--calibrate require --task classification");
  require(class_weights.empty() || !fit.balanced, "--class-weight cannot be used with --balanced");
  require(vectors.empty() || (!continues && folds == 0 && validation.empty()),
          "--vectors cannot be used with --continue, --folds or --validation");
  require(!continues || folds == 0, "--folds cannot be used with --continue");
  require(outputs == 0 || task() == FitTask::kPairs, "--outputs requires --task pairs");
  require(input != "-" || validation != "-", "FILE and --validation cannot both be -");
}

ClassifierOptions FitArguments::options() const {
  ClassifierOptions options = fit;
  options.threads = threads;
  options.normalize = !no_normalize;
  if (!max_length.empty()) options.max_length = parse_max_length(max_length);
  if (patience == "none") options.early_stopping_patience.reset();
  if (!patience.empty() && patience != "none") {
    options.early_stopping_patience = parse_count("--early-stopping-patience", patience);
  }
  if (max_epochs > 0) options.max_epochs = max_epochs;
  if (freeze_weights) options.token_weights = TokenWeightTraining::kNever;
  if (learn_weights) options.token_weights = TokenWeightTraining::kAlways;
  return options;
}

void add_fit_arguments(CLI::App& command, FitArguments& arguments) {
  add_model_option(command, arguments.model);
  add_table_argument(command, arguments.input, arguments.format);
  command.add_option("-o,--output", arguments.output, "Folder for the fitted model")
      ->type_name("DIR");
  add_force_option(command, arguments.force);
  add_data_options(command, arguments);
  add_head_options(command, arguments);
  add_step_options(command, arguments);
  add_threads_option(command, arguments.threads);
  add_strict_option(command, arguments.strict);
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
