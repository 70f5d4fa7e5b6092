#pragma once

#include <cstddef>

namespace m2v::core {

/// Memory of its own, aligned to a page, that takes real memory only where it is touched.
class Pages {
 public:
  Pages() = default;
  /// Zeros. Throws std::bad_alloc.
  explicit Pages(std::size_t bytes);
  /// Those of an open file, shared with it; `offset` is a multiple of a page. Throws
  /// std::system_error.
  Pages(int file, std::size_t offset, std::size_t bytes);
  ~Pages();
  Pages(Pages&& other) noexcept;
  Pages& operator=(Pages&& other) noexcept;

  void* data() const noexcept { return data_; }
  std::size_t size() const noexcept { return size_; }

 private:
  void* data_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace m2v::core
