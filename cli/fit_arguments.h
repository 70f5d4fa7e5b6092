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

/// What `m2v fit` is told.
struct FitArguments {
  ModelArgument model;
  std::string input = "-";
  std::string output;
  std::string task_name = "classification";
  TextArguments format;
  std::string targets, vectors;
  std::string validation, validation_targets;
  bool continues = false;
  std::size_t folds = 0;    // 0: no cross-validation
  std::size_t outputs = 0;  // 0: the model's width
  bool json = false;
  bool strict = false;
  bool force = false;
  unsigned threads = 0;

  // What options() makes of them is in FitOptions.
  FitOptions fit;
  bool learn_weights = false, freeze_weights = false, no_normalize = false;
  std::string max_length, patience;
  std::size_t max_epochs = 0;              // 0: no limit
  std::vector<std::string> class_weights;  // NAME=WEIGHT

  FitTask task() const;
  bool classifies() const { return task() == FitTask::kClassification; }

  /// Throws std::invalid_argument for what cannot go together.
  void check() const;
  /// The options, but for those that need the data: validation and class weights.
  FitOptions options() const;
};

void add_fit_arguments(CLI::App& command, FitArguments& arguments);

/// The weights of the classes in order, of arguments NAME=WEIGHT; 1 for those that are not named.
/// Throws std::invalid_argument.
std::vector<float> parse_class_weights(const std::vector<std::string>& named,
                                       const Classes& classes);

}  // namespace m2v::cli
