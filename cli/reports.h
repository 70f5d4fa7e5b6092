#pragma once

#include <span>
#include <string>

#include "m2v/classification.h"

namespace m2v::cli {

/// A line a fold, then mean and standard deviation.
std::string folds_as_text(std::span<const ClassificationReport> folds);
std::string folds_as_json(std::span<const ClassificationReport> folds);

/// A report as scikit-learn's output_dict; with several labels a text also `accuracy`. A class that
/// is called as one of the averages, or `accuracy`, has " (class)" behind its name, so that no key
/// comes twice (scikit-learn drops such a class).
std::string report_as_json(const ClassificationReport& report);

}  // namespace m2v::cli
