#pragma once

#include <deque>
#include <filesystem>
#include <optional>
#include <string_view>
#include <vector>

#include "base/descriptor.h"
#include "base/temporary_file.h"
#include "base/temporary_path.h"
#include "model/new_folder.h"
#include "model/save_record.h"

namespace m2v::model {

/// Writes the files of a model into a folder, all of them or none:
///
///   1. Lock the folder, so that concurrent saves take turns.
///   2. Epilogue an interrupted save: apply its record, or remove its temporary files.
///   3. Write each new file beside the old one, as .NAME.m2v-XXXXXX.
///   4. Write the record, .m2v-save.json: from now on the new model counts as saved.
///   5. Rename the new files to NAME and remove obsolete ones, the deciding files (kDecidingFiles)
///      last; then remove the record.
///
/// Other files in the folder are left alone. Not thread-safe.
class FolderSave {
 public:
  /// Starts a save (steps 1 and 2), waiting for any other save of the folder. A folder that does
  /// not exist yet appears only once it is complete (NewFolder). Throws IoError, FormatError if the
  /// record of an interrupted save is damaged, and what check_save_folder() throws.
  FolderSave(const std::filesystem::path& folder, bool force);
  /// Removes the files that commit() has not put in place, and unlocks the folder.
  ~FolderSave();
  FolderSave(const FolderSave&) = delete;
  FolderSave& operator=(const FolderSave&) = delete;

  /// The folder that is saved to; it may not exist yet.
  const std::filesystem::path& target() const noexcept { return target_; }

  /// Creates a new file of the model for the caller to write. `name` is a path within the folder,
  /// one of kModelFiles, and must outlive this object. The reference is valid as long as this
  /// object. Throws IoError.
  base::TemporaryFile& add(std::string_view name);
  /// Adds a file with the given content. Throws IoError.
  void add(std::string_view name, std::string_view content);
  /// Puts the added files in place and, if the folder held a static model, removes those of
  /// kWrittenFiles that were not added. Throws IoError.
  void commit();

 private:
  void lock() const noexcept;
  void unlock() const noexcept;
  void finish_interrupted_save();
  void make_nested_folder();
  /// Returns the steps of commit(), the deciding files last.
  SaveRecord record() const;
  void commit_new();

  std::filesystem::path target_;
  std::filesystem::path path_;  ///< The target or, if that does not exist yet, the new folder.
  bool force_;
  std::optional<NewFolder> new_;           ///< Set if the target does not exist yet.
  base::Descriptor folder_;                ///< `path_`, open and locked.
  base::TemporaryPath nested_;             ///< kNestedFolder, until it is in place.
  bool created_nested_ = false;            ///< This save created kNestedFolder.
  std::deque<base::TemporaryFile> files_;  ///< A deque, so that references stay valid.
  std::vector<std::string_view> names_;    ///< Names of `files_`, in the same order.
  bool replaces_model_ = false;            ///< The folder held a static model before.
  bool committed_ = false;
};

/// Checks whether a model can be saved into the folder, without changing anything. Returns whether
/// the folder holds a static model, which the save would replace; false if it does not exist.
/// Throws IoError if the path is not a folder, if the folder is not writable, or if files of the
/// model must not be replaced; Error if such a file is a link into the cache of the Hub;
/// std::invalid_argument, unless `force` is set, if the folder is neither empty nor holds a static
/// model.
bool check_save_folder(const std::filesystem::path& folder, bool force);

}  // namespace m2v::model
