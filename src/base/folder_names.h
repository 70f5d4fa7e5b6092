#pragma once

#include <dirent.h>
#include <fcntl.h>

#include <filesystem>
#include <memory>

namespace m2v::base {

/// Iterates over the names in a folder, except "." and "..", in no particular order.
///
/// It allocates nothing. The standard library's iterators allocate within noexcept functions, so
/// that a lack of memory would end the process.
class FolderNames {
 public:
  /// `path` is relative to the open folder `at`, or to the working directory if that is AT_FDCWD;
  /// an empty path is the folder `at` itself.
  FolderNames(int at, const std::filesystem::path& path) noexcept;
  explicit FolderNames(const std::filesystem::path& path) noexcept : FolderNames(AT_FDCWD, path) {}

  /// Returns the next name, valid until the next call; nullptr at the end and after an error.
  const char* next() noexcept;
  /// Returns the errno value of the failure, or 0.
  int error() const noexcept { return error_; }
  /// Returns the folder's descriptor, which this object owns; -1 if the folder is not open.
  int descriptor() const noexcept { return folder_ ? ::dirfd(folder_.get()) : -1; }

 private:
  struct Close {
    void operator()(DIR* folder) const noexcept { ::closedir(folder); }
  };
  std::unique_ptr<DIR, Close> folder_;
  int error_ = 0;
};

}  // namespace m2v::base
