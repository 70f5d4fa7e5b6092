#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "m2v/classification.h"
#include "m2v/export.h"
#include "m2v/fit.h"

namespace m2v {

/// How well a classifier would do on texts that it has not seen. The texts are dealt into `folds`
/// parts, each with its share of every class; each part in turn is predicted by a classifier fitted
/// on the others, which keeps a part of these back for its own checks. Returns a report a part.
/// Throws as fit() does, std::invalid_argument for fewer than two parts or more parts than texts,
/// and Cancelled.
M2V_API std::vector<ClassificationReport> cross_validate(const StaticModel& model, Texts texts,
                                                         const Labels& labels, std::size_t folds,
                                                         const FitOptions& options = {},
                                                         const OnEvent& on_event = {});

/// The mean of some figures and how far they scatter (the standard deviation of a sample).
struct Spread {
  double mean = 0, deviation = 0;
};

/// Of at least one value.
M2V_API Spread spread_of(std::span<const double> values);

}  // namespace m2v
