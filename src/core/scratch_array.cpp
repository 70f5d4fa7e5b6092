#include "core/scratch_array.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <string>
#include <utility>

#include "m2v/error.h"

namespace m2v::core {
namespace {

constexpr std::size_t kNumber = sizeof(std::uint32_t);

std::filesystem::path folder() { return std::filesystem::temp_directory_path(); }

/// A file without a name: it is gone when the program is, however that ends.
int open_nameless(const std::filesystem::path& in) {
#ifdef O_TMPFILE
  const int file = ::open(in.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (file >= 0) return file;
#endif
  std::string name = (in / "m2v-XXXXXX").string();
  const int named = ::mkstemp(name.data());
  if (named >= 0) ::unlink(name.c_str());
  return named;
}

}  // namespace

ScratchArray::~ScratchArray() {
  if (mapped_ != nullptr) ::munmap(mapped_, capacity_ * kNumber);
  if (descriptor_ >= 0) ::close(descriptor_);
}

ScratchArray::ScratchArray(ScratchArray&& other) noexcept
    : in_memory_(other.in_memory_),
      size_(std::exchange(other.size_, 0)),
      memory_(std::move(other.memory_)),
      mapped_(std::exchange(other.mapped_, nullptr)),
      capacity_(std::exchange(other.capacity_, 0)),
      descriptor_(std::exchange(other.descriptor_, -1)) {}

ScratchArray& ScratchArray::operator=(ScratchArray&& other) noexcept {
  std::swap(in_memory_, other.in_memory_);
  std::swap(size_, other.size_);
  std::swap(memory_, other.memory_);
  std::swap(mapped_, other.mapped_);
  std::swap(capacity_, other.capacity_);
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

void ScratchArray::append(std::span<const std::uint32_t> numbers) {
  const std::size_t needed = size_ + numbers.size();
  if (needed > in_memory_ && needed > capacity_) grow(needed);
  if (mapped_ == nullptr) memory_.resize(needed);
  std::ranges::copy(numbers, data() + size_);
  size_ = needed;
}

void ScratchArray::open_file() {
  descriptor_ = open_nameless(folder());
  if (descriptor_ < 0) throw IoError("cannot make a temporary file in", folder(), errno);
}

/// Room for `needed` numbers and half as many again. The disk's blocks are taken now: a page
/// without one would end the program when it is written.
void ScratchArray::grow(std::size_t needed) {
  if (descriptor_ < 0) open_file();
  const std::size_t capacity = needed + needed / 2;
  const int error = ::posix_fallocate(descriptor_, 0, static_cast<off_t>(capacity * kNumber));
  if (error != 0) throw IoError("cannot enlarge a temporary file in", folder(), error);
  void* const mapped =
      ::mmap(nullptr, capacity * kNumber, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor_, 0);
  if (mapped == MAP_FAILED) throw IoError("cannot map a temporary file in", folder(), errno);
  if (mapped_ != nullptr) {
    ::munmap(mapped_, capacity_ * kNumber);
  } else {
    std::ranges::copy(memory_, static_cast<std::uint32_t*>(mapped));
    memory_ = {};
  }
  mapped_ = static_cast<std::uint32_t*>(mapped);
  capacity_ = capacity;
}

}  // namespace m2v::core
