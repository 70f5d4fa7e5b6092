#pragma once

#include <cstddef>
#include <cstdint>

namespace m2v::simd {

/// Converts `count` values from binary32 to binary16, rounded to nearest even, as
/// base::float_to_half() does.
void to_half(const float* from, std::size_t count, std::uint16_t* to) noexcept;

}  // namespace m2v::simd
