#include "hub/partial_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <span>
#include <utility>

#include "base/temporary_file.h"
#include "m2v/error.h"

namespace m2v::hub {

PartialFile::PartialFile(std::filesystem::path path, const RemoteFile& file,
                         std::atomic<std::uint64_t>& done)
    : path_(std::move(path)), file_(file), done_(done), digest_(file.digest()) {
  const int flags = O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW;
  descriptor_ = base::Descriptor(::open(path_.c_str(), flags, 0666));
  if (!descriptor_.is_open()) throw IoError("cannot create", path_, errno);
  read_existing();
}

void PartialFile::read_existing() {
  std::array<std::byte, 1 << 16> buffer;
  while (true) {
    const ssize_t got = ::read(descriptor_.number(), buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw IoError("cannot read", path_, errno);
    if (got == 0) break;
    digest_.update(std::span(buffer).first(static_cast<std::size_t>(got)));
    size_ += static_cast<std::uint64_t>(got);
    if (size_ > file_.size) break;
  }
  done_ += size_;
  if (size_ > file_.size) restart();
}

void PartialFile::append(std::string_view bytes) {
  const auto data = std::as_bytes(std::span(bytes));
  try {
    base::write_all(descriptor_.number(), data, path_);
  } catch (const IoError&) {
    remove();  // frees the space that the full disk lacks
    throw;
  }
  digest_.update(data);
  size_ += bytes.size();
  done_ += bytes.size();
}

void PartialFile::restart() {
  if (::ftruncate(descriptor_.number(), 0) != 0 || ::lseek(descriptor_.number(), 0, SEEK_SET) < 0) {
    throw IoError("cannot write", path_, errno);
  }
  digest_ = file_.digest();
  done_ -= size_;
  size_ = 0;
}

void PartialFile::remove() noexcept { ::unlink(path_.c_str()); }

bool PartialFile::finish(const std::filesystem::path& target) {
  if (digest_.hex() != file_.hash) return false;
  if (::fsync(descriptor_.number()) != 0) throw IoError("cannot write", path_, errno);
  if (::rename(path_.c_str(), target.c_str()) != 0) throw IoError("cannot replace", target, errno);
  return true;
}

}  // namespace m2v::hub
