#pragma once

#include <sys/stat.h>

#include <filesystem>
#include <optional>

namespace m2v::core {

/// Where a file is, or will be: a name, relative to an open folder (or AT_FDCWD) unless it is
/// absolute, and the path that messages call it.
struct FilePlace {
  int folder;
  std::filesystem::path name;
  std::filesystem::path path;
};

/// Where the links lead that `place` may be, as opening it would follow them, also to a file that
/// does not exist. Stops at what only looks like a link, the open files in /proc, and sets
/// `is_open_file`. Throws IoError.
FilePlace follow_links(FilePlace place, bool* is_open_file = nullptr);

/// The file that is at `place`, which is no link; nothing if there is none. Throws IoError for what
/// must not be replaced: anything but a regular file, one that is mounted there, a read-only one
/// (also if we are root), and another user's that we cannot make again as theirs.
std::optional<struct stat> replaceable_file(const FilePlace& place);

/// Throws IoError for a file or folder that may not be written, also, unlike the system, for one
/// without any permission to write if we are root.
void check_writable(const FilePlace& place, const struct stat& status);

/// Brings the entries of the folder that holds `place` onto the disk. Throws IoError.
void sync_folder_of(const FilePlace& place);

}  // namespace m2v::core
