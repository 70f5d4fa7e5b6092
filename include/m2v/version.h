#pragma once

#include <string_view>

namespace m2v {

/// The library's version, "major.minor.patch".
std::string_view version() noexcept;

/// The instruction set that the SIMD kernels run on, e.g. "AVX3_ZEN4". M2V_SIMD in the environment
/// (e.g. "avx2") forces one; throws std::invalid_argument if the machine lacks it.
std::string_view simd_target();

}  // namespace m2v
