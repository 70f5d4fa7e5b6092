#pragma once

#include <deque>
#include <filesystem>
#include <optional>
#include <string_view>
#include <vector>

#include "core/descriptor.h"
#include "core/temporary_file.h"
#include "core/temporary_path.h"
#include "store/new_folder.h"
#include "store/save_record.h"

namespace m2v::store {

/// Puts the files of a model into a folder, all of them or none:
///
///   lock the folder                 two that save take turns
///   finish what a dead save left    its record, or its temporary files
///   .NAME.m2v-XXXXXX ...            the new files beside the old ones
///   .m2v-save.json                  the record: from now on the new model is saved
///   NAME ...                        renamed and removed, what decides last; the record goes
///
/// Whatever else is in the folder is left alone.
class FolderSave {
 public:
  /// A folder that is not there yet appears when it is complete (NewFolder). Throws IoError for
  /// what cannot be written, and std::invalid_argument as check_save_folder() does.
  FolderSave(const std::filesystem::path& folder, bool force);
  /// Removes what commit() has not put in place.
  ~FolderSave();
  FolderSave(const FolderSave&) = delete;
  FolderSave& operator=(const FolderSave&) = delete;

  /// The folder, which may not be there yet.
  const std::filesystem::path& target() const noexcept { return target_; }

  /// A new file of the model, to be written. Throws IoError.
  core::TemporaryFile& add(std::string_view name);
  void add(std::string_view name, std::string_view content);
  /// Puts the files in place that were added, and removes the other ones of kOurFiles if they
  /// belong to a model of ours. Throws IoError.
  void commit();

 private:
  void lock() const noexcept;
  void unlock() const noexcept;
  void finish_dead_save();
  void make_nested_folder();
  SaveRecord record() const;
  void commit_new();

  std::filesystem::path target_;
  std::filesystem::path path_;  ///< The target or, if that is not there yet, the new folder.
  bool force_;
  std::optional<NewFolder> new_;
  core::Descriptor folder_;
  core::TemporaryPath nested_;
  bool made_nested_ = false;
  std::deque<core::TemporaryFile> files_;
  std::vector<std::string_view> names_;
  bool replaces_ours_ = false;
  bool committed_ = false;
};

/// Throws what a save into the folder would throw before it writes anything: IoError for a path
/// that is no folder, and for files of the model that must not be replaced; std::invalid_argument,
/// unless `force` is set, for a folder that is neither empty nor holds a model of ours. Returns
/// whether it holds one.
bool check_save_folder(const std::filesystem::path& folder, bool force);

}  // namespace m2v::store
