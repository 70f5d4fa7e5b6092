#pragma once

#include <dirent.h>
#include <fcntl.h>

#include <filesystem>
#include <memory>

namespace m2v::core {

/// The names in a folder, one after another, without "." and "..". Allocates nothing on the way:
/// the standard library's iterators do, in functions that end the process where memory runs out.
class FolderNames {
 public:
  /// Below an open folder, or AT_FDCWD; an empty path is the open folder itself.
  FolderNames(int at, const std::filesystem::path& path) noexcept;
  explicit FolderNames(const std::filesystem::path& path) noexcept : FolderNames(AT_FDCWD, path) {}

  /// The next name, valid until the next call; nullptr at the end and after an error.
  const char* next() noexcept;
  /// The errno value of what went wrong; 0: nothing.
  int error() const noexcept { return error_; }
  /// The descriptor of the folder, open as long as this is; -1 if it could not be opened.
  int descriptor() const noexcept { return folder_ ? ::dirfd(folder_.get()) : -1; }

 private:
  struct Close {
    void operator()(DIR* folder) const noexcept { ::closedir(folder); }
  };
  std::unique_ptr<DIR, Close> folder_;
  int error_ = 0;
};

}  // namespace m2v::core
