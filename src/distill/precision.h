#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string_view>

#include "encoder/encoder.h"
#include "m2v/distill.h"

namespace m2v::distillation {

/// The teacher's encoder, and how faithful its arithmetic is where that was measured.
struct PreciseEncoder {
  encoder::Encoder encoder;
  encoder::Precision precision;
  std::optional<double> agreement;  ///< See DistillReport::precision_agreement.
};

/// How the encoder is loaded at first.
encoder::Precision first_precision(Precision wanted) noexcept;

/// For kAuto: `encoder`, loaded in float32, or the same teacher in 16-bit fixed point if that is
/// faster here and gives the same vectors, measured on inputs spread over all of `inputs`.
/// Throws what Encoder::load() throws.
PreciseEncoder choose_precision(Precision wanted, encoder::Encoder encoder,
                                const std::filesystem::path& teacher,
                                std::span<const encoder::Sequence> inputs, encoder::Pooling pooling,
                                unsigned threads);

/// "f32" or "int16".
std::string_view precision_name(encoder::Precision precision) noexcept;

}  // namespace m2v::distillation
