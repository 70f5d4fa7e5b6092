#pragma once

#include <filesystem>
#include <functional>

namespace m2v::hub {

/// An exclusive flock(2) on a file, as the `filelock` package of `huggingface_hub` takes it: both
/// keep out of each other's way. The file stays when the lock is let go. On file systems that know
/// no such locks there is none, and nothing breaks: what is downloaded is checked anyway.
class FileLock {
 public:
  /// Makes the file (and its folder) if it is not there, and waits. `waiting` is called about
  /// twenty times a second while it does; it may throw. Throws IoError.
  FileLock(const std::filesystem::path& path, const std::function<void()>& waiting);
  ~FileLock();
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;

 private:
  bool try_lock(const std::filesystem::path& path);

  int descriptor_ = -1;
};

}  // namespace m2v::hub
