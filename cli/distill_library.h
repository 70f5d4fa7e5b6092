#pragma once

#include <filesystem>
#include <optional>

#include "m2v/convert.h"
#include "m2v/distill.h"

namespace m2v::cli {

/// m2v::distill from libm2v_distill, which is opened at the first call: only distilling pays for
/// loading its matrix library. Throws as m2v::distill does, or m2v::Error if there is no such
/// library.
StaticModel distill_through_library(const std::filesystem::path& teacher,
                                    const DistillOptions& options, const OnEvent& on_event,
                                    DistillReport& report);

/// m2v::convert, likewise.
StaticModel convert_through_library(const StaticModel& model, const ConvertOptions& options,
                                    const OnEvent& on_event);

}  // namespace m2v::cli
