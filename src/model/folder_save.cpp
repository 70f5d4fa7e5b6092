#include "store/folder_save.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <stdexcept>
#include <string>
#include <system_error>
#include <utility>

#include "core/folder_names.h"
#include "core/mapped_file.h"
#include "m2v/error.h"
#include "store/model_folder.h"
#include "store/model_names.h"

namespace m2v::store {
namespace {

namespace fs = std::filesystem;

constexpr int kMaxAttempts = 100;  // at a folder that somebody else removes

/// Whether there is nothing but what we leave when we are killed.
bool has_only_ours(const fs::path& folder) {
  core::FolderNames names(folder);
  while (const char* const found = names.next()) {
    const std::string_view name = found;
    const auto is_left_of = [&](std::string_view file) {
      return core::is_temporary_name(name, file);
    };
    if (name != SaveRecord::kName && !is_left_of(SaveRecord::kName) &&
        !std::ranges::any_of(kModelFiles, is_left_of)) {
      return false;
    }
  }
  if (names.error() != 0) throw IoError("cannot read", folder, names.error());
  return true;
}

/// Throws for files of ours that could not be replaced or removed.
void check_files(const core::Descriptor& folder, const fs::path& path) {
  struct stat status{};
  if (::fstat(folder.number(), &status) != 0) throw IoError("cannot look at", path, errno);
  core::check_writable({folder.number(), ".", path}, status);
  for (const std::string_view name : kOurFiles) {
    const core::FilePlace entry{folder.number(), name, path / name};
    const core::FilePlace place = core::follow_links(entry);
    core::replaceable_file(place);
    if (place.name != entry.name && place.name.parent_path().filename() == "blobs") {
      throw Error(entry.path.string() +
                  ": a link into the cache of the Hub: save into a folder of your own");
    }
  }
}

}  // namespace

bool check_save_folder(const fs::path& path, bool force) {
  const core::Descriptor folder(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  struct stat status{};
  if (!folder.is_open()) {
    const int error = errno;
    if (error == ENOENT && ::lstat(path.c_str(), &status) != 0) return false;  // to be made
    throw IoError("cannot save a model as", path, error);
  }
  check_files(folder, path);
  const ModelFiles files = ModelFiles::in_folder(path);
  const KindOfModel kind = kind_of_model(files);
  if (kind.is_ours || force || has_only_ours(path)) return kind.is_ours;
  throw std::invalid_argument(
      path.string() +
      (kind.other_type.empty() ? " is not empty and holds no static model"
                               : " holds another kind of model (\"" + kind.other_type + "\")") +
      ": save to another folder, or force it (--force) to replace its model files alone");
}

FolderSave::FolderSave(const fs::path& folder, bool force)
    : target_(folder), path_(folder), force_(force) {
  for (int attempt = 0; attempt < kMaxAttempts; ++attempt) {
    folder_ = core::Descriptor(::open(path_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!folder_.is_open() && errno == ENOENT) {
      new_.emplace(folder);
      target_ = new_->target();
      path_ = new_->path();
      remove_dead_folders(target_);
      continue;
    }
    if (!folder_.is_open()) throw IoError("cannot save a model as", folder, errno);
    if (new_) return;
    lock();
    struct stat status{};
    if (::fstat(folder_.number(), &status) != 0 || status.st_nlink == 0) continue;  // removed
    replaces_ours_ = check_save_folder(path_, force);
    finish_dead_save();
    std::error_code error;
    const fs::path whole = fs::canonical(folder, error);
    if (!error) remove_dead_folders(whole);
    return;
  }
  throw IoError("cannot open", folder, ENOENT);
}

/// Waits for another save. Where folders cannot be locked, two at once are not kept apart.
void FolderSave::lock() const noexcept {
  while (::flock(folder_.number(), LOCK_EX) != 0 && errno == EINTR) {
  }
}

/// A child process may have the folder open: closing it here would not let the lock go.
void FolderSave::unlock() const noexcept { ::flock(folder_.number(), LOCK_UN); }

void FolderSave::finish_dead_save() {
  const core::Descriptor file(::openat(folder_.number(), std::string(SaveRecord::kName).c_str(),
                                       O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK));
  if (file.is_open()) {
    const fs::path path = path_ / SaveRecord::kName;
    SaveRecord::parse(core::read_characters(file, path).view(), path.string())
        .apply(folder_, path_);
  }
  std::vector<std::string_view> names(kModelFiles.begin(), kModelFiles.end());
  names.push_back(SaveRecord::kName);
  core::remove_dead_temporaries(folder_.number(), {}, names);
  core::remove_dead_temporaries(folder_.number(), kNestedFolder,
                                std::vector<std::string_view>{kTensors, kTokenizer});
}

core::TemporaryFile& FolderSave::add(std::string_view name) {
  if (name.starts_with(kNestedFolder)) make_nested_folder();
  names_.push_back(name);
  return files_.emplace_back(place_in(folder_, path_, name), target_ / name);
}

void FolderSave::make_nested_folder() {
  const fs::path path = path_ / kNestedFolder;
  nested_ = core::TemporaryPath(path, core::TemporaryPath::Kind::kFolder);
  if (::mkdir(path.c_str(), 0777) == 0) {
    made_nested_ = true;
    return;
  }
  if (!made_nested_) nested_.forget();  // it has been there before
  if (errno != EEXIST) throw IoError("cannot create", path, errno);
}

void FolderSave::add(std::string_view name, std::string_view content) {
  add(name).write(std::as_bytes(std::span(content)));
}

SaveRecord FolderSave::record() const {
  SaveRecord record;
  const auto add_files = [&](bool deciding) {
    for (std::size_t i = 0; i < files_.size(); ++i) {
      if (is_deciding(names_[i]) == deciding) {
        record.steps.push_back({std::string(names_[i]), files_[i].name()});
      }
    }
  };
  const auto remove_others = [&](bool deciding) {
    for (const std::string_view name : kOurFiles) {
      const bool is_new = std::ranges::find(names_, name) != names_.end();
      if (replaces_ours_ && !is_new && is_deciding(name) == deciding) {
        record.steps.push_back({std::string(name), {}});
      }
    }
  };
  add_files(false);
  remove_others(false);
  add_files(true);
  remove_others(true);
  return record;
}

void FolderSave::commit() {
  for (core::TemporaryFile& file : files_) file.sync();
  if (new_) return commit_new();
  for (const core::TemporaryFile& file : files_) core::sync_folder_of(file.place());
  const SaveRecord record = this->record();
  core::TemporaryFile record_file({folder_.number(), SaveRecord::kName, path_ / SaveRecord::kName});
  const std::string text = record.dump();
  record_file.write(std::as_bytes(std::span(text)));
  record_file.sync();
  const core::UnbrokenStep step;
  record_file.replace();
  committed_ = true;
  for (core::TemporaryFile& file : files_) file.keep();
  nested_.forget();
  core::sync_folder_of(record_file.place());
  record.apply(folder_, path_);
  unlock();
}

/// Nobody has seen the folder yet: it needs no record.
void FolderSave::commit_new() {
  const core::UnbrokenStep step;
  for (core::TemporaryFile& file : files_) file.replace();
  nested_.forget();
  for (const core::TemporaryFile& file : files_) core::sync_folder_of(file.place());
  committed_ = true;
  if (new_->put_in_place()) return;
  FolderSave again(target_, force_);  // over what somebody else has saved there meanwhile
  for (const std::string_view name : names_) {
    again.add(name, core::map_characters(path_ / name).view());
  }
  again.commit();
}

FolderSave::~FolderSave() {
  files_.clear();  // removes them, unless they are in place
  nested_.forget();
  if (made_nested_ && !committed_) ::rmdir((path_ / kNestedFolder).c_str());
  unlock();
}

}  // namespace m2v::store
