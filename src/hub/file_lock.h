#pragma once

#include <filesystem>
#include <functional>
#include <optional>

#include "base/descriptor.h"

namespace m2v::hub {

/// An exclusive flock(2) on a file, compatible with the `filelock` package that `huggingface_hub`
/// uses. The lock is released when the object is destroyed; the file remains. On file systems that
/// do not support flock, nothing is locked; this is harmless, since downloaded content is verified
/// anyway.
class FileLock {
 public:
  /// Creates the file and its folder if necessary, and waits for the lock. `waiting` is called
  /// about twenty times a second while it waits and may throw to give up. Throws IoError.
  FileLock(const std::filesystem::path& path, const std::function<void()>& waiting);
  /// Takes the lock without waiting. Returns no value if it is held elsewhere. Throws IoError.
  static std::optional<FileLock> if_free(const std::filesystem::path& path);

 private:
  FileLock() = default;
  bool try_lock(const std::filesystem::path& path);

  base::Descriptor file_;  ///< Closing it releases the lock.
};

}  // namespace m2v::hub
