#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <limits>
#include <memory>
#include <new>
#include <type_traits>

namespace m2v::base {

inline constexpr std::size_t kHugePageBytes = std::size_t{2} << 20;

/// Allocates `bytes` bytes that start at a cache line. If `huge_pages` is set, an array of at least
/// 2 MiB starts at a huge page and is in huge pages where the system provides them, which takes
/// fewer TLB entries. The caller releases it with std::free(). Throws std::bad_alloc.
void* allocate_aligned(std::size_t bytes, bool huge_pages);

/// An uninitialized array that starts at a cache line, so that no vector load straddles two.
/// Move-only.
template <typename T>
  requires std::is_trivial_v<T>
class AlignedBuffer {
 public:
  AlignedBuffer() = default;  ///< Null.
  /// Allocates `count` elements; see allocate_aligned(). Throws std::bad_alloc.
  explicit AlignedBuffer(std::size_t count, bool huge_pages = true)
      : data_(static_cast<T*>(allocate_aligned(bytes_of(count), huge_pages))), size_(count) {}
  /// Allocates `count` zeros.
  static AlignedBuffer zeros(std::size_t count) {
    AlignedBuffer buffer(count);
    std::fill_n(buffer.data(), count, T());
    return buffer;
  }

  T* data() noexcept { return data_.get(); }
  const T* data() const noexcept { return data_.get(); }
  std::size_t size() const noexcept { return size_; }  ///< Number of elements.

 private:
  static std::size_t bytes_of(std::size_t count) {
    if (count > std::numeric_limits<std::size_t>::max() / sizeof(T)) throw std::bad_alloc();
    return count * sizeof(T);
  }
  struct Free {
    void operator()(T* data) const noexcept { std::free(data); }
  };
  std::unique_ptr<T[], Free> data_;
  std::size_t size_ = 0;
};

}  // namespace m2v::base
