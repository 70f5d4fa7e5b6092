#include "core/replaceable_file.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <climits>
#include <string>

#include "core/descriptor.h"
#include "m2v/error.h"

namespace m2v::core {
namespace {

constexpr int kMaxLinks = 40;  // as the system has it

/// The text of a link; nothing if it is none, or not there.
std::optional<std::filesystem::path> read_link(const FilePlace& place) {
  std::array<char, PATH_MAX> text{};
  const ssize_t size = ::readlinkat(place.folder, place.name.c_str(), text.data(), text.size());
  if (size >= 0) return std::string(text.data(), static_cast<std::size_t>(size));
  if (errno == EINVAL || errno == ENOENT) return std::nullopt;
  throw IoError("cannot look at", place.path, errno);
}

/// Whether it is one of the links in /proc whose text is no path, but a description.
bool is_in_proc(const FilePlace& place) {
  const Descriptor link(
      ::openat(place.folder, place.name.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC));
  struct statfs system{};
  return link.is_open() && ::fstatfs(link.number(), &system) == 0 &&
         system.f_type == PROC_SUPER_MAGIC;
}

bool is_mounted(const FilePlace& place) {
#ifdef STATX_ATTR_MOUNT_ROOT
  struct statx status{};
  return ::statx(place.folder, place.name.c_str(), AT_SYMLINK_NOFOLLOW, 0, &status) == 0 &&
         (status.stx_attributes & STATX_ATTR_MOUNT_ROOT) != 0;
#else
  static_cast<void>(place);
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

FilePlace follow_links(FilePlace place, bool* is_open_file) {
  for (int links = 0; links < kMaxLinks; ++links) {
    const auto link = read_link(place);
    if (!link) return place;
    if (is_open_file != nullptr && is_in_proc(place)) {
      *is_open_file = true;
      return place;
    }
    place.name = place.name.parent_path() / *link;
    place.path = place.path.parent_path() / *link;
  }
  throw IoError("cannot follow the links of", place.path, ELOOP);
}

void check_writable(const FilePlace& place, const struct stat& status) {
  if (::faccessat(place.folder, place.name.c_str(), W_OK, AT_EACCESS) != 0) {
    throw IoError("cannot write", place.path, errno);
  }
  if ((status.st_mode & 0222) == 0) throw IoError("is read-only:", place.path, EACCES);
}

std::optional<struct stat> replaceable_file(const FilePlace& place) {
  struct stat status{};
  if (::fstatat(place.folder, place.name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) {
    if (errno == ENOENT) return std::nullopt;
    throw IoError("cannot look at", place.path, errno);
  }
  if (!S_ISREG(status.st_mode)) {
    throw IoError("cannot replace", place.path, S_ISDIR(status.st_mode) ? EISDIR : EINVAL);
  }
  if (is_mounted(place)) throw IoError("cannot replace what is mounted,", place.path, EBUSY);
  check_writable(place, status);
  const bool root = ::geteuid() == 0;
  if (!root && status.st_uid != ::geteuid()) {
    throw IoError("cannot replace another user's file,", place.path, EPERM);
  }
  if (!root && !in_group(status.st_gid)) {
    throw IoError("cannot replace a file of a group that is not ours,", place.path, EPERM);
  }
  return status;
}

void sync_folder_of(const FilePlace& place) {
  const std::filesystem::path parent = place.name.parent_path();
  const Descriptor folder(::openat(place.folder, parent.empty() ? "." : parent.c_str(),
                                   O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder.is_open()) {
    if (errno == EACCES) return;  // it may be written but not listed
    throw IoError("cannot open the folder of", place.path, errno);
  }
  // Some file systems cannot sync a folder, and say so with EINVAL: nothing is lost then.
  if (::fsync(folder.number()) != 0 && errno != EINVAL) {
    throw IoError("cannot write the folder of", place.path, errno);
  }
}

}  // namespace m2v::core
