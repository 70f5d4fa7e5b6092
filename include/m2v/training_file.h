#pragma once

#include <optional>
#include <string>

#include "m2v/export.h"
#include "m2v/fit.h"
#include "m2v/model_with_head.h"

// training.json: the file of a trained model that records how it was trained.
//
//   m2v::FitReport report;
//   const auto classifier = m2v::fit(model, texts, labels, options, {}, &report);
//   classifier.save(folder, {.training_json = m2v::training_json(options, report)});

namespace m2v {

/// Returns a record of a training run for SaveOptions::training_json: the options, the checks, and
/// the version of m2v. The same training gives the same text, except for the times.
[[nodiscard]] M2V_API std::string training_json(const ClassifierOptions& options,
                                                const FitReport& report);
[[nodiscard]] M2V_API std::string training_json(const VectorOptions& options,
                                                const FitReport& report);
[[nodiscard]] M2V_API std::string training_json(const PairOptions& options,
                                                const FitReport& report);

/// Returns the report in the training.json of a loaded model, without its data_problems; no
/// value if there is no such file. Throws FormatError.
[[nodiscard]] M2V_API std::optional<FitReport> read_training(const ModelWithHead& trained);

}  // namespace m2v
