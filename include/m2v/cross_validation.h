#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "m2v/classification.h"
#include "m2v/export.h"
#include "m2v/fit.h"

// Cross-validation: estimates how well a classifier will do on unseen texts.
//
//   const auto reports = m2v::cross_validate(model, texts, labels, 5);
//   const double accuracy_of_the_first_fold = reports[0].accuracy;

namespace m2v {

/// Divides the texts into `folds` parts, with the classes distributed evenly, and predicts each
/// part with a classifier trained on the others (which in turn sets aside some of its texts for its
/// own checks). For multilabel data the division is random. Returns one report per fold. Throws as
/// fit() does; std::invalid_argument also if there are fewer than two folds or more folds than
/// texts; Cancelled.
[[nodiscard]] M2V_API std::vector<ClassificationReport> cross_validate(
    const StaticModel& model, Texts texts, const Labels& labels, std::size_t folds,
    const ClassifierOptions& options = {}, const OnEvent& on_event = {});

/// The mean and the sample standard deviation of some values.
struct Spread {
  double mean = 0, deviation = 0;
};

/// Returns the mean and the sample standard deviation (0 for a single value). Precondition: there
/// is at least one value.
[[nodiscard]] M2V_API Spread spread_of(std::span<const double> values);

}  // namespace m2v
