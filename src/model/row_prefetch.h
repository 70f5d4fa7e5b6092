#pragma once

#include <cstddef>
#include <cstdint>

namespace m2v::core {

/// Asks for rows of a table as soon as somebody knows that they will be read, so that they are on
/// their way from memory while others are looked for. Without a table it asks for nothing. A row
/// that the table does not have does no harm.
class RowPrefetch {
 public:
  RowPrefetch() = default;
  RowPrefetch(const void* table, std::size_t row_bytes) noexcept
      : table_(reinterpret_cast<std::uintptr_t>(table)), row_bytes_(row_bytes) {}

  void operator()(std::uint32_t row) const noexcept {
    constexpr std::size_t kLineBytes = 64;
    const std::uintptr_t first = table_ + row * row_bytes_;
    for (std::size_t i = 0; i < row_bytes_; i += 4 * kLineBytes) {
#pragma GCC unroll 4
      for (std::size_t line = 0; line < 4; ++line) {
        // NOLINTNEXTLINE(performance-no-int-to-ptr): it may be an address of nothing
        __builtin_prefetch(reinterpret_cast<const void*>(first + i + line * kLineBytes), 0, 3);
      }
    }
  }

 private:
  std::uintptr_t table_ = 0;
  std::size_t row_bytes_ = 0;
};

}  // namespace m2v::core
