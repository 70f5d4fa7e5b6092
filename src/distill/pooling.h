#pragma once

#include <filesystem>
#include <optional>
#include <string_view>

#include "encoder/encoder.h"
#include "m2v/distill.h"

namespace m2v::distillation {

/// What `pooling` asks for; kAuto: what the configuration of the teacher's Pooling module says,
/// mean if there is none. Throws FormatError, which says to choose, if it asks for something that a
/// static model has no equal of.
encoder::Pooling choose_pooling(Pooling pooling,
                                const std::optional<std::filesystem::path>& configuration);

/// "mean", "first", "last" or "pooler".
std::string_view pooling_name(encoder::Pooling pooling) noexcept;

}  // namespace m2v::distillation
