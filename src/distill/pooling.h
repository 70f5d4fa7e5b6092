#pragma once

#include <filesystem>
#include <optional>
#include <string_view>

#include "encoder/encoder.h"
#include "m2v/distill.h"

namespace m2v::distillation {

/// Returns the pooling to use. kAuto stands for the one in the `configuration` of the teacher's
/// Pooling module, or the mean if there is none. Throws FormatError, with the advice to choose one,
/// if the configuration names a pooling that a static model cannot reproduce.
encoder::Pooling choose_pooling(Pooling pooling,
                                const std::optional<std::filesystem::path>& configuration);

/// Returns "mean", "first", "last" or "pooler".
std::string_view pooling_name(encoder::Pooling pooling) noexcept;

}  // namespace m2v::distillation
