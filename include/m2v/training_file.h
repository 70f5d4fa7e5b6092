#pragma once

#include <optional>
#include <string>

#include "m2v/export.h"
#include "m2v/fit.h"
#include "m2v/pipeline.h"

namespace m2v {

/// How a pipeline came about, for SaveOptions::training_json: the options, the checks, this version
/// of m2v. The same fit gives the same text but for the seconds.
M2V_API std::string training_json(const FitOptions& options, const FitReport& report);

/// What a loaded pipeline's training.json tells, without the problems of the data; no value if it
/// has none. Throws FormatError.
M2V_API std::optional<FitReport> read_training(const Pipeline& pipeline);

}  // namespace m2v
