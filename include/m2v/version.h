#pragma once

#include <string_view>

#include "m2v/export.h"

namespace m2v {

/// The library's version, "major.minor.patch".
M2V_API std::string_view version() noexcept;

/// The instruction set that the SIMD kernels run on, e.g. "AVX3_DL". M2V_SIMD in the environment
/// (e.g. "avx2") forces one; throws std::invalid_argument if the machine lacks it.
M2V_API std::string_view simd_target();

}  // namespace m2v
