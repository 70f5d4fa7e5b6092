#pragma once

#include <cstddef>
#include <cstdint>

namespace m2v::model {

/// Prefetches rows of a table into the cache as soon as it is known that they will be read, so that
/// the memory accesses overlap with the search for further rows. Does nothing without a table. A
/// row number out of range is harmless. Does not own the table.
class RowPrefetch {
 public:
  RowPrefetch() = default;  ///< Without a table.
  /// `table` consists of rows of `row_bytes` bytes each, without gaps.
  RowPrefetch(const void* table, std::size_t row_bytes) noexcept
      : table_(reinterpret_cast<std::uintptr_t>(table)), row_bytes_(row_bytes) {}

  /// Prefetches all cache lines of a row, in groups of four lines.
  void operator()(std::uint32_t row) const noexcept {
    constexpr std::size_t kLineBytes = 64;
    const std::uintptr_t first = table_ + row * row_bytes_;
    for (std::size_t i = 0; i < row_bytes_; i += 4 * kLineBytes) {
#pragma GCC unroll 4
      for (std::size_t line = 0; line < 4; ++line) {
        // NOLINTNEXTLINE(performance-no-int-to-ptr): the address need not be valid
        __builtin_prefetch(reinterpret_cast<const void*>(first + i + line * kLineBytes), 0, 3);
      }
    }
  }

 private:
  std::uintptr_t table_ = 0;
  std::size_t row_bytes_ = 0;
};

}  // namespace m2v::model
