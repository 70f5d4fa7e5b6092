#include "hub/file_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <thread>
#include <utility>

#include "m2v/error.h"

namespace m2v::hub {
namespace {

constexpr mode_t kMode = 0664;  // lets a group share a cache
constexpr std::chrono::milliseconds kPause{50};

}  // namespace

FileLock::FileLock(const std::filesystem::path& path, const std::function<void()>& waiting) {
  while (!try_lock(path)) {
    waiting();
    std::this_thread::sleep_for(kPause);
  }
}

std::optional<FileLock> FileLock::if_free(const std::filesystem::path& path) {
  FileLock lock;
  return lock.try_lock(path) ? std::optional(std::move(lock)) : std::nullopt;
}

bool FileLock::try_lock(const std::filesystem::path& path) {
  std::error_code problem;
  std::filesystem::create_directories(path.parent_path(), problem);
  if (problem) throw IoError("cannot create", path.parent_path(), problem.value());
  constexpr int kFlags = O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW;
  base::Descriptor file(::open(path.c_str(), kFlags | O_EXCL, kMode));
  if (file.is_open()) {
    static_cast<void>(::fchmod(file.number(), kMode));  // regardless of the umask
  } else if (errno == EEXIST) {
    file = base::Descriptor(::open(path.c_str(), kFlags, kMode));
  }
  if (!file.is_open()) throw IoError("cannot open the lock", path, errno);
  if (::flock(file.number(), LOCK_EX | LOCK_NB) != 0) {
    if (errno == EWOULDBLOCK || errno == EINTR || errno == EACCES) return false;
    if (errno == ENOSYS || errno == ENOTSUP || errno == ENOLCK) return true;
    throw IoError("cannot lock", path, errno);
  }
  // Another process may have removed the file between open() and flock(); then the locked file is
  // no longer the one at the path, and others would not see the lock.
  struct stat ours{};
  struct stat there{};
  const bool same = ::fstat(file.number(), &ours) == 0 && ::stat(path.c_str(), &there) == 0 &&
                    ours.st_ino == there.st_ino && ours.st_dev == there.st_dev;
  if (same) file_ = std::move(file);
  return same;
}

}  // namespace m2v::hub
