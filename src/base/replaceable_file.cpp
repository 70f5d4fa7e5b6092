#include "base/replaceable_file.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <climits>
#include <string>

#include "base/descriptor.h"
#include "m2v/error.h"

namespace m2v::base {
namespace {

constexpr int kMaxLinks = 40;  // the limit of Linux

/// Returns the text of a symbolic link, or no value if `location` is not a link or does not exist.
std::optional<std::filesystem::path> read_link(const FileLocation& location) {
  std::array<char, PATH_MAX> text{};
  const ssize_t size =
      ::readlinkat(location.folder, location.name.c_str(), text.data(), text.size());
  if (size >= 0) return std::string(text.data(), static_cast<std::size_t>(size));
  if (errno == EINVAL || errno == ENOENT) return std::nullopt;
  throw IoError("cannot examine", location.path, errno);
}

/// Whether `location` is in /proc, where the text of a link is a description rather than a path.
bool is_in_proc(const FileLocation& location) {
  const Descriptor link(
      ::openat(location.folder, location.name.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC));
  struct statfs system{};
  return link.is_open() && ::fstatfs(link.number(), &system) == 0 &&
         system.f_type == PROC_SUPER_MAGIC;
}

bool is_mounted(const FileLocation& location) {
#ifdef STATX_ATTR_MOUNT_ROOT
  struct statx status{};
  return ::statx(location.folder, location.name.c_str(), AT_SYMLINK_NOFOLLOW, 0, &status) == 0 &&
         (status.stx_attributes & STATX_ATTR_MOUNT_ROOT) != 0;
#else
  static_cast<void>(location);
  return false;
#endif
}

bool in_group(gid_t group) {
  if (group == ::getegid()) return true;
  std::array<gid_t, NGROUPS_MAX> groups{};
  const int count = ::getgroups(static_cast<int>(groups.size()), groups.data());
  for (int i = 0; i < count; ++i) {
    if (groups[static_cast<std::size_t>(i)] == group) return true;
  }
  return false;
}

}  // namespace

FileLocation follow_links(FileLocation location, bool* is_open_file) {
  for (int links = 0; links < kMaxLinks; ++links) {
    const auto link = read_link(location);
    if (!link) return location;
    if (is_open_file != nullptr && is_in_proc(location)) {
      *is_open_file = true;
      return location;
    }
    location.name = location.name.parent_path() / *link;
    location.path = location.path.parent_path() / *link;
  }
  throw IoError("cannot follow the links of", location.path, ELOOP);
}

void check_writable(const FileLocation& location, const struct stat& status) {
  if (::faccessat(location.folder, location.name.c_str(), W_OK, AT_EACCESS) != 0) {
    throw IoError("cannot write", location.path, errno);
  }
  if ((status.st_mode & 0222) == 0) throw IoError("is read-only:", location.path, EACCES);
}

std::optional<struct stat> replaceable_file(const FileLocation& location) {
  struct stat status{};
  if (::fstatat(location.folder, location.name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) {
    if (errno == ENOENT) return std::nullopt;
    throw IoError("cannot examine", location.path, errno);
  }
  if (!S_ISREG(status.st_mode)) {
    throw IoError("cannot replace", location.path, S_ISDIR(status.st_mode) ? EISDIR : EINVAL);
  }
  if (is_mounted(location)) throw IoError("cannot replace a mount point:", location.path, EBUSY);
  check_writable(location, status);
  const bool root = ::geteuid() == 0;
  if (!root && status.st_uid != ::geteuid()) {
    throw IoError("cannot replace a file of another user:", location.path, EPERM);
  }
  if (!root && !in_group(status.st_gid)) {
    throw IoError("cannot replace a file of a group of which you are not a member:", location.path,
                  EPERM);
  }
  return status;
}

void sync_folder_of(const FileLocation& location) {
  const std::filesystem::path parent = location.name.parent_path();
  const Descriptor folder(::openat(location.folder, parent.empty() ? "." : parent.c_str(),
                                   O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder.is_open()) {
    if (errno == EACCES) return;  // the folder is writable but not readable
    throw IoError("cannot open the folder of", location.path, errno);
  }
  // Some file systems cannot sync a folder and fail with EINVAL; that is not an error.
  if (::fsync(folder.number()) != 0 && errno != EINVAL) {
    throw IoError("cannot write the folder of", location.path, errno);
  }
}

}  // namespace m2v::base
