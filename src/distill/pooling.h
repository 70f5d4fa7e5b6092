#pragma once

#include <filesystem>
#include <string_view>

#include "encoder/encoder.h"
#include "m2v/distill.h"

namespace m2v::distillation {

/// What `pooling` asks for; kAuto: what the teacher's modules.json and the configuration of its
/// Pooling module say, mean if there is none. Throws FormatError, which says to choose, if they ask
/// for something that a static model has no equal of.
encoder::Pooling choose_pooling(Pooling pooling, const std::filesystem::path& teacher);

/// "mean", "first", "last" or "pooler".
std::string_view pooling_name(encoder::Pooling pooling) noexcept;

}  // namespace m2v::distillation
