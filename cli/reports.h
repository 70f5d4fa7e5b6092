#pragma once

#include <span>
#include <string>

#include "m2v/classification.h"

namespace m2v::cli {

/// Formats cross-validation results: one line per fold, then the mean and the standard deviation.
std::string folds_as_text(std::span<const ClassificationReport> folds);
/// Returns cross-validation results as JSON: the report of each fold, and the mean and the standard
/// deviation of each metric.
std::string folds_as_json(std::span<const ClassificationReport> folds);

/// Returns a report as the dictionary of scikit-learn's classification_report(output_dict=True),
/// with `accuracy` also for texts with several labels. A class whose name equals that of an
/// average, or "accuracy", gets the suffix " (class)", so that no key occurs twice (scikit-learn
/// drops such a class).
std::string report_as_json(const ClassificationReport& report);

}  // namespace m2v::cli
