#pragma once

#include <cstddef>
#include <string>

#include "cli/json.h"
#include "cli/reporter.h"
#include "m2v/fit.h"

namespace m2v::cli {

/// Shows the progress of training on a terminal: a progress bar for the epoch, and above it one
/// line per validation check. Shows nothing if standard error is not a terminal.
class FitProgress {
 public:
  /// `report` must be the report that is passed to fit(), which fills it during training. Both
  /// references must outlive this object.
  FitProgress(Reporter& reporter, const FitReport& report, bool has_accuracy)
      : reporter_(reporter), report_(report), has_accuracy_(has_accuracy) {}

  /// Returns the callback to pass to fit(). It must not be called after this object is destroyed.
  OnEvent on_event();
  /// Shows the checks since the last event and removes the progress bar.
  void finish();

 private:
  void show_checks();

  Reporter& reporter_;
  const FitReport& report_;
  bool has_accuracy_;
  std::size_t shown_ = 0;  ///< Number of checks shown so far.
};

/// Returns the best check, whose state the trained model has, or null if there was no check. The
/// pointer is valid as long as `report`.
const FitCheck* best_check(const FitReport& report);

/// Summarizes a report for people, e.g. "accuracy 0.9313 on 800 validation texts (epoch 4 of 9),
/// 7,200 texts in 1.1 s".
std::string as_text(const FitReport& report, bool has_accuracy);

/// Adds the same information to a JSON object.
void add_fit_report(JsonObject& object, const FitReport& report, bool has_accuracy);

}  // namespace m2v::cli
