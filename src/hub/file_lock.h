#pragma once

#include <filesystem>
#include <functional>
#include <optional>

#include "core/descriptor.h"

namespace m2v::hub {

/// An exclusive flock(2) on a file, as the `filelock` package of `huggingface_hub` takes it: both
/// keep out of each other's way. The file stays when the lock is let go. On file systems that know
/// no such locks there is none, and nothing breaks: what is downloaded is checked anyway.
class FileLock {
 public:
  /// Makes the file (and its folder) if it is not there, and waits. `waiting` is called about
  /// twenty times a second while it does; it may throw. Throws IoError.
  FileLock(const std::filesystem::path& path, const std::function<void()>& waiting);
  /// No value if somebody else has it. Throws IoError.
  static std::optional<FileLock> if_free(const std::filesystem::path& path);

 private:
  FileLock() = default;
  bool try_lock(const std::filesystem::path& path);

  core::Descriptor file_;  ///< Whose end lets the lock go.
};

}  // namespace m2v::hub
