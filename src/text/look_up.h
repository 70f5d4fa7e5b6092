#pragma once

#include <cstddef>
#include <cstdint>

namespace m2v::unicode {

/// The value of c in a generated table whose last block is that of the last code point with a
/// value; 0 for others.
template <unsigned kShift, class Value, std::size_t kBlocks, std::size_t kValues>
Value look_up(const std::uint8_t (&blocks)[kBlocks], const Value (&values)[kValues],
              char32_t c) noexcept {
  if (c >> kShift >= kBlocks) return 0;
  const unsigned block = blocks[c >> kShift];
  return values[(block << kShift) + (c & ((1u << kShift) - 1))];
}

}  // namespace m2v::unicode
