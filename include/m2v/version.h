#pragma once

#include <string_view>

#include "m2v/export.h"

// The version of the library, and the instruction set that it uses.

namespace m2v {

/// Returns the version of the library, "major.minor.patch".
[[nodiscard]] M2V_API std::string_view version() noexcept;

/// Returns the instruction set that the SIMD kernels use, for example "AVX3_DL". The environment
/// variable M2V_SIMD (for example "avx2") selects one; throws std::invalid_argument if the machine
/// does not have it.
[[nodiscard]] M2V_API std::string_view simd_target();

}  // namespace m2v
