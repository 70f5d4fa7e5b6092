#pragma once

#include <sys/stat.h>

#include <filesystem>
#include <optional>

namespace m2v::base {

/// The location of a file, which need not exist.
struct FileLocation {
  int folder;                  ///< The descriptor of an open folder (not owned), or AT_FDCWD.
  std::filesystem::path name;  ///< The path of the file: absolute, or relative to `folder`.
  std::filesystem::path path;  ///< The path to show in error messages.
};

/// Follows symbolic links as open(2) does and returns the final location; the file need not exist.
/// Returns `location` itself if it is not a link. If `is_open_file` is given, it stops at the links
/// in /proc that stand for open files, since their text is not a path, and sets it to true. Throws
/// IoError, also if there are too many links.
FileLocation follow_links(FileLocation location, bool* is_open_file = nullptr);

/// Returns the status of the file at `location`, which is not a link, or no value if there is no
/// file. Throws IoError if the file must not be replaced: it is not a regular file, it is a mount
/// point, it is read-only (even for root), or it belongs to another user or to a group of which we
/// are not a member, so that we could not create the new file with the same owner (root can).
std::optional<struct stat> replaceable_file(const FileLocation& location);

/// Throws IoError if a file or folder is not writable. Unlike the system, it also throws for root
/// if no user has write permission according to `status`, its mode.
void check_writable(const FileLocation& location, const struct stat& status);

/// Syncs the folder that contains `location` to disk, so that a rename in it is durable. Does
/// nothing if we may not list the folder. Throws IoError.
void sync_folder_of(const FileLocation& location);

}  // namespace m2v::base
