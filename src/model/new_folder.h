#pragma once

#include <filesystem>
#include <vector>

#include "core/descriptor.h"
#include "core/temporary_path.h"

namespace m2v::store {

/// A folder for a model that is not there yet, made under another name beside its own, so that it
/// appears when it is complete:
///
///   parent/.NAME.m2v-XXXXXX   locked as long as this lives; gone unless put_in_place() succeeds
///   parent/NAME
class NewFolder {
 public:
  /// Makes the folders on the way to `target` where they are missing. Throws IoError.
  explicit NewFolder(const std::filesystem::path& target);
  ~NewFolder();
  NewFolder(const NewFolder&) = delete;
  NewFolder& operator=(const NewFolder&) = delete;

  const std::filesystem::path& path() const noexcept { return path_; }      ///< Where files go.
  const std::filesystem::path& target() const noexcept { return target_; }  ///< Absolute.
  /// Renames it, and brings that onto the disk. Returns false if somebody else has made something
  /// of that name meanwhile. Throws IoError.
  bool put_in_place();

 private:
  void make(const std::filesystem::path& folder);

  std::filesystem::path target_;
  std::filesystem::path path_;
  core::Descriptor folder_;
  std::vector<std::filesystem::path> made_;
  std::vector<core::TemporaryPath> registered_;
  bool in_place_ = false;
};

/// Removes the unfinished folders for `target` whose writers live no more, as far as they hold
/// nothing but files of a model.
void remove_dead_folders(const std::filesystem::path& target);

}  // namespace m2v::store
