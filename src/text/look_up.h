#pragma once

#include <cstddef>
#include <cstdint>

namespace m2v::text {

/// Returns the value of c in a generated two-level table. The table ends with the block of the last
/// code point that has a value; for code points beyond it, the value is 0.
template <unsigned kShift, class Value, std::size_t kBlocks, std::size_t kValues>
Value look_up(const std::uint8_t (&blocks)[kBlocks], const Value (&values)[kValues],
              char32_t c) noexcept {
  if (c >> kShift >= kBlocks) return 0;
  const unsigned block = blocks[c >> kShift];
  return values[(block << kShift) + (c & ((1u << kShift) - 1))];
}

}  // namespace m2v::text
