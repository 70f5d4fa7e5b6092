#pragma once

#include <cstddef>
#include <cstdint>

namespace m2v::simd {

/// binary32 to binary16 as core::float_to_half() has it: rounded to nearest even.
void to_half(const float* from, std::size_t count, std::uint16_t* to) noexcept;

}  // namespace m2v::simd
