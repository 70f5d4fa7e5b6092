#include "core/mapped_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <utility>

#include "m2v/error.h"

namespace m2v::core {
namespace {

/// Closes a file descriptor at the end of the scope.
struct Descriptor {
  int fd;
  ~Descriptor() {
    if (fd >= 0) ::close(fd);
  }
};

}  // namespace

MappedFile MappedFile::open(const std::filesystem::path& path) {
  // O_NONBLOCK: opening a FIFO must fail below, not wait for a writer.
  const Descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
  if (file.fd < 0) throw IoError("cannot open", path, errno);
  struct stat status{};
  if (::fstat(file.fd, &status) != 0) throw IoError("cannot read", path, errno);
  if (!S_ISREG(status.st_mode)) {
    throw IoError("cannot read", path, S_ISDIR(status.st_mode) ? EISDIR : EINVAL);
  }
  MappedFile result;
  if (status.st_size == 0) return result;
  const auto size = static_cast<std::size_t>(status.st_size);
  void* data = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file.fd, 0);
  if (data == MAP_FAILED) throw IoError("cannot map", path, errno);
  result.data_ = static_cast<const std::byte*>(data);
  result.size_ = size;
  return result;
}

FlatArray<char> map_characters(const std::filesystem::path& path) {
  const auto file = std::make_shared<const MappedFile>(MappedFile::open(path));
  return {file->text(), file};
}

MappedFile::~MappedFile() {
  if (data_ != nullptr) ::munmap(const_cast<std::byte*>(data_), size_);
}

MappedFile::MappedFile(MappedFile&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}

MappedFile& MappedFile::operator=(MappedFile&& other) noexcept {
  std::swap(data_, other.data_);
  std::swap(size_, other.size_);
  return *this;
}

}  // namespace m2v::core
