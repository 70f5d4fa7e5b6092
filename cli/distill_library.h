#pragma once

#include <filesystem>
#include <optional>

#include "m2v/convert.h"
#include "m2v/distill.h"

namespace m2v::cli {

/// Calls m2v::distill in libm2v_distill, which is opened at the first call, so that only distilling
/// pays for loading its matrix library. Throws what m2v::distill throws, and m2v::Error if the
/// library cannot be loaded.
StaticModel distill_through_library(const std::filesystem::path& teacher,
                                    const DistillOptions& options, const OnEvent& on_event,
                                    DistillReport& report);

/// Calls m2v::convert in the same library, under the same conditions.
StaticModel convert_through_library(const StaticModel& model, const ConvertOptions& options,
                                    const OnEvent& on_event);

}  // namespace m2v::cli
