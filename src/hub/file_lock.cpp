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

constexpr mode_t kMode = 0664;  // a cache may be shared by a group
constexpr std::chrono::milliseconds kPause{50};

}  // namespace

FileLock::FileLock(const std::filesystem::path& path, const std::function<void()>& waiting) {
  std::error_code problem;
  std::filesystem::create_directories(path.parent_path(), problem);
  if (problem) throw IoError("cannot create", path.parent_path(), problem.value());
  while (!try_lock(path)) {
    waiting();
    std::this_thread::sleep_for(kPause);
  }
}

FileLock::~FileLock() {
  if (descriptor_ >= 0) ::close(descriptor_);  // which lets the lock go
}

bool FileLock::try_lock(const std::filesystem::path& path) {
  constexpr int kFlags = O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW;
  int descriptor = ::open(path.c_str(), kFlags | O_EXCL, kMode);
  if (descriptor >= 0) {
    static_cast<void>(::fchmod(descriptor, kMode));  // whatever the umask
  } else if (errno == EEXIST) {
    descriptor = ::open(path.c_str(), kFlags, kMode);
  }
  if (descriptor < 0) throw IoError("cannot open the lock", path, errno);
  if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
    const int error = errno;
    ::close(descriptor);
    if (error == EWOULDBLOCK || error == EINTR || error == EACCES) return false;
    if (error == ENOSYS || error == ENOTSUP || error == ENOLCK) return true;
    throw IoError("cannot lock", path, error);
  }
  // Somebody may have removed the file between our two calls: then we locked what nobody else sees.
  struct stat ours{};
  struct stat there{};
  const bool same = ::fstat(descriptor, &ours) == 0 && ::stat(path.c_str(), &there) == 0 &&
                    ours.st_ino == there.st_ino && ours.st_dev == there.st_dev;
  if (!same) {
    ::close(descriptor);
    return false;
  }
  descriptor_ = descriptor;
  return true;
}

}  // namespace m2v::hub
