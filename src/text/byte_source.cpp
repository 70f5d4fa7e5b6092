#include "text/byte_source.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "m2v/error.h"

namespace m2v::text {

FileSource::FileSource(const std::filesystem::path& path)
    : path_(path == "-" ? "standard input" : path) {
  if (path != "-") {
    file_ = base::Descriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file_.is_open()) throw IoError("cannot open", path_, errno);
    descriptor_ = file_.number();
  }
  struct stat status{};
  if (::fstat(descriptor_, &status) != 0) throw IoError("cannot read", path_, errno);
  if (S_ISDIR(status.st_mode)) throw IoError("cannot read", path_, EISDIR);
  if (S_ISREG(status.st_mode)) size_ = static_cast<std::size_t>(status.st_size);
}

std::size_t FileSource::read(std::span<char> out) {
  while (!at_end_) {
    const ssize_t count = ::read(descriptor_, out.data(), out.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw IoError("cannot read", path_, errno);
    position_ += static_cast<std::size_t>(count);
    at_end_ = count == 0;
    return static_cast<std::size_t>(count);
  }
  return 0;
}

std::size_t MemorySource::read(std::span<char> out) {
  const std::size_t count = rest_.copy(out.data(), out.size());
  rest_.remove_prefix(count);
  return count;
}

std::size_t PeekedSource::read(std::span<char> out) {
  if (used_ == head_.size()) return source_.read(out);
  const std::size_t count = head().copy(out.data(), out.size());
  used_ += count;
  if (used_ == head_.size()) {
    head_ = {};
    used_ = 0;
  }
  return count;
}

bool PeekedSource::peek_more() {
  constexpr std::size_t kStep = 8192;
  const std::size_t before = head_.size();
  head_.resize(before + kStep);
  const std::size_t count = source_.read(std::span(head_).subspan(before));
  head_.resize(before + count);
  return count > 0;
}

}  // namespace m2v::text
