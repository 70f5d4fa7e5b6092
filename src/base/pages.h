#pragma once

#include <cstddef>

namespace m2v::base {

/// Owns a page-aligned memory mapping, which is unmapped on destruction. Pages take physical memory
/// only once they are touched. Move-only.
class Pages {
 public:
  Pages() = default;
  /// Maps anonymous memory, filled with zeros. Throws std::bad_alloc.
  explicit Pages(std::size_t bytes);
  /// Maps `bytes` bytes of an open file from `offset` on, a multiple of the page size. Writes go to
  /// the file, whose descriptor may be closed afterwards. Throws std::system_error.
  Pages(int file, std::size_t offset, std::size_t bytes);
  ~Pages();
  Pages(Pages&& other) noexcept;
  Pages& operator=(Pages&& other) noexcept;

  void* data() const noexcept { return data_; }
  std::size_t size() const noexcept { return size_; }  ///< In bytes.

 private:
  void* data_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace m2v::base
