#pragma once

#include <cstddef>
#include <string>

#include "cli/json.h"
#include "cli/reporter.h"
#include "m2v/fit.h"

namespace m2v::cli {

/// Shows a fit while it runs: the bar of the epoch, and above it a line a check. On a terminal
/// only.
class FitProgress {
 public:
  /// `report` is the one that is given to the fit, which fills it as it goes.
  FitProgress(Reporter& reporter, const FitReport& report, bool has_accuracy)
      : reporter_(reporter), report_(report), has_accuracy_(has_accuracy) {}

  OnEvent on_event();
  /// Shows what came since the last event, and takes the bar away.
  void finish();

 private:
  void show_checks();

  Reporter& reporter_;
  const FitReport& report_;
  bool has_accuracy_;
  std::size_t shown_ = 0;
};

/// The check that the result is from; null if there was none.
const FitCheck* best_check(const FitReport& report);

/// "accuracy 0.9313 on 800 validation texts (epoch 4 of 9), 7,200 texts in 1.1 s"
std::string as_text(const FitReport& report, bool has_accuracy);

/// The same as members of an object.
void add_fit_report(JsonObject& object, const FitReport& report, bool has_accuracy);

}  // namespace m2v::cli
