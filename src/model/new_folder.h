#pragma once

#include <filesystem>
#include <vector>

#include "base/descriptor.h"
#include "base/temporary_path.h"

namespace m2v::model {

/// A new folder for a model, created under a temporary name beside the final one, so that the model
/// appears only once it is complete:
///
///   parent/.NAME.m2v-XXXXXX   locked while this object lives, and removed by its destructor unless
///                             put_in_place() has succeeded
///   parent/NAME
class NewFolder {
 public:
  /// Creates the temporary folder, and the missing parents of `target`. Throws IoError.
  explicit NewFolder(const std::filesystem::path& target);
  ~NewFolder();
  NewFolder(const NewFolder&) = delete;
  NewFolder& operator=(const NewFolder&) = delete;

  /// The temporary folder, into which the files are written.
  const std::filesystem::path& path() const noexcept { return path_; }
  /// The final path, absolute and with links resolved.
  const std::filesystem::path& target() const noexcept { return target_; }
  /// Renames the folder to its final name and syncs the parent to disk. Returns false if anything
  /// but an empty folder has appeared under that name meanwhile. Throws IoError.
  bool put_in_place();

 private:
  void make(const std::filesystem::path& folder);

  std::filesystem::path target_;
  std::filesystem::path path_;
  base::Descriptor folder_;                  ///< `path_`, open and locked.
  std::vector<std::filesystem::path> made_;  ///< Folders that this object created, outermost first.
  std::vector<base::TemporaryPath> registered_;  ///< The same, to be removed by signal handlers.
  bool in_place_ = false;
};

/// Removes the temporary folders for `target` whose writers have died, along with the model files
/// in them. A folder that holds other files is kept.
void remove_abandoned_folders(const std::filesystem::path& target);

}  // namespace m2v::model
