#pragma once

#include <cstddef>

namespace m2v::core {

/// Zeroed memory of its own, aligned to a page, that takes real memory only where it is touched.
class ZeroPages {
 public:
  ZeroPages() = default;
  /// Throws std::bad_alloc.
  explicit ZeroPages(std::size_t bytes);
  ~ZeroPages();
  ZeroPages(ZeroPages&& other) noexcept;
  ZeroPages& operator=(ZeroPages&& other) noexcept;

  void* data() const noexcept { return data_; }

 private:
  void* data_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace m2v::core
