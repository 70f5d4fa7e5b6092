#include "model/folder_save.h"

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

#include "base/folder_names.h"
#include "base/mapped_file.h"
#include "m2v/error.h"
#include "model/model_folder.h"
#include "model/model_names.h"

namespace m2v::model {
namespace {

namespace fs = std::filesystem;

constexpr int kMaxOpenAttempts = 100;  // to open a folder that other processes keep removing

/// Returns whether the folder holds nothing but leftovers of interrupted saves.
bool has_only_leftovers(const fs::path& folder) {
  base::FolderNames names(folder);
  while (const char* const found = names.next()) {
    const std::string_view name = found;
    const auto is_left_of = [&](std::string_view file) {
      return base::is_temporary_name(name, file);
    };
    if (name != SaveRecord::kName && !is_left_of(SaveRecord::kName) &&
        !std::ranges::any_of(kModelFiles, is_left_of)) {
      return false;
    }
  }
  if (names.error() != 0) throw IoError("cannot read", folder, names.error());
  return true;
}

/// Throws if the folder is not writable, or if one of kWrittenFiles could not be replaced or
/// removed.
void check_files(const base::Descriptor& folder, const fs::path& path) {
  struct stat status{};
  if (::fstat(folder.number(), &status) != 0) throw IoError("cannot examine", path, errno);
  base::check_writable({folder.number(), ".", path}, status);
  for (const std::string_view name : kWrittenFiles) {
    const base::FileLocation entry{folder.number(), name, path / name};
    const base::FileLocation location = base::follow_links(entry);
    base::replaceable_file(location);
    if (location.name != entry.name && location.name.parent_path().filename() == "blobs") {
      throw Error(entry.path.string() + ": is a link into the Hub's cache: save to another folder");
    }
  }
}

}  // namespace

bool check_save_folder(const fs::path& path, bool force) {
  const base::Descriptor folder(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  struct stat status{};
  if (!folder.is_open()) {
    const int error = errno;
    if (error == ENOENT && ::lstat(path.c_str(), &status) != 0) return false;  // to be made
    throw IoError("cannot save a model to", path, error);
  }
  check_files(folder, path);
  const ModelFiles files = ModelFiles::in_folder(path);
  const KindOfModel kind = kind_of_model(files);
  if (kind.is_static_model || force || has_only_leftovers(path)) return kind.is_static_model;
  throw std::invalid_argument(
      path.string() +
      (kind.other_type.empty() ? " is not empty and does not hold a static model"
                               : " holds another kind of model (\"" + kind.other_type + "\")") +
      ": save to another folder, or use --force to replace only its model files");
}

FolderSave::FolderSave(const fs::path& folder, bool force)
    : target_(folder), path_(folder), force_(force) {
  for (int attempt = 0; attempt < kMaxOpenAttempts; ++attempt) {
    folder_ = base::Descriptor(::open(path_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!folder_.is_open() && errno == ENOENT) {
      new_.emplace(folder);
      target_ = new_->target();
      path_ = new_->path();
      remove_abandoned_folders(target_);
      continue;
    }
    if (!folder_.is_open()) throw IoError("cannot save a model to", folder, errno);
    if (new_) return;
    lock();
    struct stat status{};
    if (::fstat(folder_.number(), &status) != 0 || status.st_nlink == 0) continue;  // removed
    replaces_model_ = check_save_folder(path_, force);
    finish_interrupted_save();
    std::error_code error;
    const fs::path whole = fs::canonical(folder, error);
    if (!error) remove_abandoned_folders(whole);
    return;
  }
  throw IoError("cannot open", folder, ENOENT);
}

/// Waits for other saves. On file systems without locks, concurrent saves are not serialized.
void FolderSave::lock() const noexcept {
  while (::flock(folder_.number(), LOCK_EX) != 0 && errno == EINTR) {
  }
}

/// Unlocks explicitly: closing the folder would not, if a child process has inherited it.
void FolderSave::unlock() const noexcept { ::flock(folder_.number(), LOCK_UN); }

void FolderSave::finish_interrupted_save() {
  const base::Descriptor file(::openat(folder_.number(), std::string(SaveRecord::kName).c_str(),
                                       O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK));
  if (file.is_open()) {
    const fs::path path = path_ / SaveRecord::kName;
    SaveRecord::parse(base::read_characters(file, path).view(), path.string())
        .apply(folder_, path_);
  }
  std::vector<std::string_view> names(kModelFiles.begin(), kModelFiles.end());
  names.push_back(SaveRecord::kName);
  base::remove_stale_temporaries(folder_.number(), {}, names);
  base::remove_stale_temporaries(folder_.number(), kNestedFolder,
                                 std::vector<std::string_view>{kTensors, kTokenizer});
}

base::TemporaryFile& FolderSave::add(std::string_view name) {
  if (name.starts_with(kNestedFolder)) make_nested_folder();
  names_.push_back(name);
  return files_.emplace_back(location_in(folder_, path_, name), target_ / name);
}

void FolderSave::make_nested_folder() {
  const fs::path path = path_ / kNestedFolder;
  nested_ = base::TemporaryPath(path, base::TemporaryPath::Kind::kFolder);
  if (::mkdir(path.c_str(), 0777) == 0) {
    created_nested_ = true;
    return;
  }
  if (!created_nested_) nested_.forget();  // it existed before
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
    for (const std::string_view name : kWrittenFiles) {
      const bool is_new = std::ranges::find(names_, name) != names_.end();
      if (replaces_model_ && !is_new && is_deciding(name) == deciding) {
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
  for (base::TemporaryFile& file : files_) file.sync();
  if (new_) return commit_new();
  for (const base::TemporaryFile& file : files_) base::sync_folder_of(file.location());
  const SaveRecord record = this->record();
  base::TemporaryFile record_file({folder_.number(), SaveRecord::kName, path_ / SaveRecord::kName});
  const std::string text = record.dump();
  record_file.write(std::as_bytes(std::span(text)));
  record_file.sync();
  const base::SignalDeferral step;
  record_file.replace();
  committed_ = true;
  for (base::TemporaryFile& file : files_) file.keep();
  nested_.forget();
  base::sync_folder_of(record_file.location());
  record.apply(folder_, path_);
  unlock();
}

/// No reader can have seen the folder yet, so it needs no record.
void FolderSave::commit_new() {
  const base::SignalDeferral step;
  for (base::TemporaryFile& file : files_) file.replace();
  nested_.forget();
  for (const base::TemporaryFile& file : files_) base::sync_folder_of(file.location());
  committed_ = true;
  if (new_->put_in_place()) return;
  FolderSave again(target_, force_);  // replaces what another process has saved there meanwhile
  for (const std::string_view name : names_) {
    again.add(name, base::map_characters(path_ / name).view());
  }
  again.commit();
}

FolderSave::~FolderSave() {
  files_.clear();  // removes those that are not in place
  nested_.forget();
  if (created_nested_ && !committed_) ::rmdir((path_ / kNestedFolder).c_str());
  unlock();
}

}  // namespace m2v::model
