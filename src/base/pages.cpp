#include "base/pages.h"

#include <sys/mman.h>

#include <cerrno>
#include <new>
#include <system_error>
#include <utility>

namespace m2v::base {
namespace {

constexpr int kReadWrite = PROT_READ | PROT_WRITE;

}  // namespace

Pages::Pages(std::size_t bytes) : size_(bytes) {
  void* const mapped = ::mmap(nullptr, bytes, kReadWrite, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (mapped == MAP_FAILED) throw std::bad_alloc();
  data_ = mapped;
}

Pages::Pages(int file, std::size_t offset, std::size_t bytes) : size_(bytes) {
  void* const mapped =
      ::mmap(nullptr, bytes, kReadWrite, MAP_SHARED, file, static_cast<off_t>(offset));
  if (mapped == MAP_FAILED) throw std::system_error(errno, std::generic_category());
  data_ = mapped;
}

Pages::~Pages() {
  if (data_ != nullptr) ::munmap(data_, size_);
}

Pages::Pages(Pages&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}

Pages& Pages::operator=(Pages&& other) noexcept {
  std::swap(data_, other.data_);
  std::swap(size_, other.size_);
  return *this;
}

}  // namespace m2v::base
