#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

#include "base/descriptor.h"
#include "base/replaceable_file.h"
#include "base/temporary_path.h"

namespace m2v::base {

/// A new version of the file NAME, written to ".NAME.m2v-XXXXXX" in the same folder and then
/// renamed to NAME. It has the mode and the owner of the file that it replaces. The steps are:
///
/// 1. The constructor removes the temporary files of NAME that dead writers left, creates a new one
///    and locks it. The lock lasts as long as this object, or until its process ends.
/// 2. write() appends to it. Programs that read NAME, or have it mapped, still see the old file.
/// 3. sync() brings the complete file to disk.
/// 4. replace() renames it to NAME. Callers that rename it themselves call keep() instead.
///
/// Before step 4, the destructor removes it, and so does a signal handler that calls
/// prepare_to_exit() (m2v/signals.h).
class TemporaryFile {
 public:
  /// Creates the file. `location` is the file to replace; it is not a link (see follow_links()).
  /// Later errors name `shown` if it is not empty, otherwise location.path. Throws IoError if the
  /// file cannot be created or must not be replaced (see replaceable_file()).
  explicit TemporaryFile(FileLocation location, const std::filesystem::path& shown = {});
  ~TemporaryFile();
  TemporaryFile(TemporaryFile&& other) noexcept;
  TemporaryFile& operator=(TemporaryFile&&) = delete;

  void write(std::span<const std::byte> bytes);  ///< Appends bytes. Throws IoError.
  /// Overwrites the first bytes, which must have been written already. Throws IoError.
  void rewrite_start(std::span<const std::byte> bytes);
  void sync();     ///< Flushes the file to disk. Throws IoError.
  void replace();  ///< Renames the file over location() and closes it. Throws IoError.
  /// Leaves the file under its temporary name instead of removing it. It stays open and locked as
  /// long as this object lives.
  void keep() noexcept;

  const FileLocation& location() const noexcept { return location_; }  ///< The file to replace.
  /// The name of the temporary file, without its folder.
  std::string name() const { return temporary_.name.filename().string(); }

 private:
  bool create(const struct stat* replaced);
  void copy_owner_and_mode(const struct stat& replaced);
  void remove() noexcept;

  FileLocation location_;
  FileLocation temporary_;
  TemporaryPath registered_;  ///< Makes the file known to signal handlers.
  Descriptor file_;
  bool exists_ = false;  ///< Whether the destructor has a file to remove.
};

/// Whether `name` may be the name of a TemporaryFile for a file named `of`.
bool is_temporary_name(std::string_view name, std::string_view of) noexcept;
/// Whether `name` may be the name of a TemporaryFile for any file.
bool is_temporary_name(std::string_view name) noexcept;

/// Returns a random path that a TemporaryFile for `path` could have, in the same folder.
std::filesystem::path temporary_sibling(const std::filesystem::path& path);

/// Removes the temporary files of files named in `of` whose writers have ended, from the folder
/// `name`, relative to the open folder `at` (or AT_FDCWD); an empty `name` means ".". Ignores files
/// that it cannot check or remove.
void remove_stale_temporaries(int at, const std::filesystem::path& name,
                              std::span<const std::string_view> of) noexcept;
/// Does the same for the temporary files of all files.
void remove_stale_temporaries(int at, const std::filesystem::path& name) noexcept;

/// Writes all bytes to an open descriptor. Throws IoError, which names `path`.
void write_all(int descriptor, std::span<const std::byte> bytes, const std::filesystem::path& path);

}  // namespace m2v::base
