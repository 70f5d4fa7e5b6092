#pragma once

#include <CLI/CLI.hpp>
#include <cstddef>
#include <string>
#include <vector>

#include "cli/fit_data.h"
#include "cli/options.h"
#include "cli/text_options.h"
#include "m2v/fit.h"

namespace m2v::cli {

/// The command-line arguments of `m2v fit`.
struct FitArguments {
  ModelArgument model;
  std::string input = "-";  ///< File of texts; "-": standard input.
  std::string output;       ///< Folder of the result; may be empty with `folds`.
  std::string task_name = "classification";
  TextArguments format;
  std::string targets, vectors;                ///< Files of vectors; empty: not given.
  std::string validation, validation_targets;  ///< Files of the validation data; empty: not given.
  bool continues = false;                      ///< --continue.
  std::size_t folds = 0;                       ///< Number of folds; 0: no cross-validation.
  std::size_t outputs = 0;  ///< Dimension of the output vectors; 0: the model's own.
  bool json = false;
  bool strict = false;
  bool force = false;
  unsigned threads = 0;

  // The following are turned into options of the library by options().
  ClassifierOptions fit;  ///< Of any task: those that only classifiers have are then unset.
  double temperature = PairOptions().temperature;
  bool learn_weights = false, freeze_weights = false, no_normalize = false;
  std::string max_length, patience;
  std::size_t max_epochs = 0;              ///< 0: no limit.
  std::vector<std::string> class_weights;  ///< Each of the form NAME=WEIGHT.

  /// The task that `task_name` names.
  FitTask task() const;
  bool classifies() const { return task() == FitTask::kClassification; }

  /// Throws std::invalid_argument if arguments contradict each other or a required one is missing.
  void check() const;
  /// Returns the options except those that depend on the data: the validation set and the class
  /// weights. Throws std::invalid_argument if a number cannot be parsed.
  ClassifierOptions options() const;
};

/// Adds the options of `m2v fit` to the command. Parsing it fills `arguments`.
void add_fit_arguments(CLI::App& command, FitArguments& arguments);

/// Parses arguments of the form NAME=WEIGHT and returns one weight per class, in the order of
/// `classes`; classes that are not named have the weight 1. Returns an empty vector if `named` is
/// empty. Throws std::invalid_argument if an argument is malformed, names an unknown class or has a
/// negative weight.
std::vector<float> parse_class_weights(const std::vector<std::string>& named,
                                       const Classes& classes);

}  // namespace m2v::cli
