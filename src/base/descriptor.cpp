#include "base/descriptor.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "m2v/error.h"

namespace m2v::base {

Descriptor::~Descriptor() { close(); }

Descriptor::Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
  std::swap(number_, other.number_);
  return *this;
}

int Descriptor::close() noexcept {
  if (number_ < 0) return 0;
  return ::close(std::exchange(number_, -1)) == 0 ? 0 : errno;
}

Descriptor open_for_reading(const std::filesystem::path& path) {
  Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!file.is_open()) throw IoError("cannot open", path, errno);
  return file;
}

std::size_t size_of_regular_file(const Descriptor& file, const std::filesystem::path& path) {
  struct stat status{};
  if (::fstat(file.number(), &status) != 0) throw IoError("cannot read", path, errno);
  if (!S_ISREG(status.st_mode)) {
    throw IoError("cannot read", path, S_ISDIR(status.st_mode) ? EISDIR : EINVAL);
  }
  return static_cast<std::size_t>(status.st_size);
}

Descriptor open_at(int folder, const std::filesystem::path& name, int flags) noexcept {
  return Descriptor(::openat(folder, name.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | flags));
}

Descriptor open_folder(const std::filesystem::path& path) {
  Descriptor folder(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder.is_open()) throw IoError("cannot open", path, errno);
  return folder;
}

}  // namespace m2v::base
