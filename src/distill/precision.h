#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string_view>

#include "encoder/encoder.h"
#include "m2v/distill.h"

namespace m2v::distillation {

/// The teacher's encoder, and the fidelity of its arithmetic if it was measured.
struct PreciseEncoder {
  encoder::Encoder encoder;
  encoder::Precision precision;     ///< The precision with which `encoder` computes.
  std::optional<double> agreement;  ///< See DistillReport::precision_agreement.
};

/// Returns the precision with which the encoder is loaded first.
encoder::Precision first_precision(Precision wanted) noexcept;

/// Chooses between float32 and 16-bit fixed point. For kAuto, `encoder` is loaded in float32; the
/// result is the same teacher in 16-bit fixed point if that is faster on this machine and its
/// vectors agree (cosine of at least 0.99999) for up to 256 inputs spread evenly over `inputs`.
/// Otherwise, and for any other `wanted`, the result is `encoder`. Throws what Encoder::load()
/// throws.
PreciseEncoder choose_precision(Precision wanted, encoder::Encoder encoder,
                                const std::filesystem::path& teacher,
                                std::span<const encoder::Sequence> inputs, encoder::Pooling pooling,
                                unsigned threads);

/// Returns "f32" or "int16".
std::string_view precision_name(encoder::Precision precision) noexcept;

}  // namespace m2v::distillation
