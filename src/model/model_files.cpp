#include "store/model_files.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "core/descriptor.h"
#include "core/mapped_file.h"
#include "m2v/error.h"
#include "store/model_names.h"
#include "store/save_record.h"

namespace m2v::store {
namespace {

namespace fs = std::filesystem;

constexpr int kMaxAttempts = 100;
constexpr int kFreeAttempts = 3;  ///< After which a reader keeps writers away.

/// Which file a name stands for; two that are open at once are never taken for each other.
struct Identity {
  bool exists = false;
  dev_t device = 0;
  ino_t number = 0;
  bool operator==(const Identity&) const = default;
};

Identity identity_of(const core::Descriptor& file) {
  struct stat status{};
  if (!file.is_open() || ::fstat(file.number(), &status) != 0) return {};
  return {true, status.st_dev, status.st_ino};
}

Identity identity_of(const core::Descriptor& folder, std::string_view name) {
  struct stat status{};
  if (::fstatat(folder.number(), std::string(name).c_str(), &status, 0) != 0) return {};
  return {true, status.st_dev, status.st_ino};
}

}  // namespace

/// One attempt to open the files of a folder. A save changes nothing before its record is there,
/// then all files but the deciding ones, then these, and at last removes its record. So if there is
/// no record at first and none in the end, and the deciding files are the same, everything between
/// is of one save: had one ended in that time, a deciding file would be another, for the old one is
/// held open. And as long as the same record is there, it leads to the new model, wherever its save
/// has got to.
class ModelFiles::Reader {
 public:
  /// `alone`: no save goes on until this is gone, where folders can be locked.
  Reader(const fs::path& path, bool alone) : path_(path), folder_(core::open_folder(path)) {
    if (alone) static_cast<void>(::flock(folder_.number(), LOCK_SH));
    record_file_ = core::open_at(folder_.number(), SaveRecord::kName, O_NOFOLLOW);
    if (!record_file_.is_open()) return;
    const fs::path name = path / SaveRecord::kName;
    record_ = SaveRecord::parse(core::read_characters(record_file_, name).view(), name.string());
  }

  ModelFiles read() {
    ModelFiles files;
    files.folder_ = path_;
    for (std::size_t i = 0; i < kModelFiles.size(); ++i) {
      const std::string_view name = kModelFiles[i];
      core::Descriptor file = open(name);
      const int error = errno;
      if (file.is_open()) {
        files.files_.push_back(read(name, file));
      } else if (error != ENOENT && error != ENOTDIR) {
        files.files_.push_back({name, {}, error});
      }
      if (i < deciding_.size()) deciding_[i] = std::move(file);  // held until the end
    }
    return files;
  }

  bool is_of_one_save() const {
    const Identity record = identity_of(folder_, SaveRecord::kName);  // before the deciding files
    if (record != identity_of(record_file_)) return false;
    if (record.exists) return true;
    for (std::size_t i = 0; i < kDecidingFiles.size(); ++i) {
      if (identity_of(folder_, kDecidingFiles[i]) != identity_of(deciding_[i])) return false;
    }
    return true;
  }

 private:
  /// What is not open has an errno value.
  core::Descriptor open(std::string_view name) const {
    const SaveRecord::Step* const step = record_.find(name);
    if (step != nullptr && step->temporary.empty()) {
      errno = ENOENT;  // it is to be removed
      return {};
    }
    if (step != nullptr) {
      const auto temporary = temporary_of(place_in(folder_, path_, name), step->temporary);
      core::Descriptor file = core::open_at(temporary.folder, temporary.name, O_NOFOLLOW);
      if (file.is_open() || errno != ENOENT) return file;  // else it has its name already
    }
    return core::open_at(folder_.number(), name);
  }

  File read(std::string_view name, const core::Descriptor& file) const {
    try {
      const bool is_large = name.ends_with(".safetensors");
      return {name,
              is_large ? core::map_characters(file, path_ / name)
                       : core::read_characters(file, path_ / name),
              0};
    } catch (const IoError& problem) {
      return {name, {}, problem.error_number()};
    }
  }

  const fs::path& path_;
  core::Descriptor folder_;
  core::Descriptor record_file_;
  SaveRecord record_;
  std::array<core::Descriptor, kDecidingFiles.size()> deciding_;
};

ModelFiles ModelFiles::in_folder(const fs::path& folder) {
  try {
    for (int attempt = 0; attempt < kMaxAttempts; ++attempt) {
      Reader reader(folder, attempt >= kFreeAttempts);
      ModelFiles files = reader.read();
      if (reader.is_of_one_save()) return files;
    }
  } catch (const IoError& problem) {
    if (problem.path() != folder) throw;
    throw IoError("cannot open the model folder", folder, problem.error_number());
  }
  throw Error(folder.string() + ": the model is being replaced all the time: try again");
}

ModelFiles ModelFiles::in_compiled(core::Sections sections) {
  ModelFiles files;
  files.compiled_ = std::move(sections);
  return files;
}

const ModelFiles::File* ModelFiles::find(std::string_view name) const noexcept {
  const auto found = std::ranges::find(files_, name, &File::name);
  return found == files_.end() ? nullptr : &*found;
}

bool ModelFiles::has(std::string_view name) const {
  return compiled_ ? compiled_->has(name) : find(name) != nullptr;
}

core::FlatArray<char> ModelFiles::open(std::string_view name) const {
  if (compiled_) return compiled_->array<char>(name);
  const File* const file = find(name);
  const int error = file == nullptr ? ENOENT : file->error;
  if (error != 0) throw IoError("cannot open", folder_ / name, error);
  return file->content;
}

std::string ModelFiles::path(std::string_view name) const {
  return compiled_ ? compiled_->file() + ": " + std::string(name) : (folder_ / name).string();
}

std::string ModelFiles::path() const { return compiled_ ? compiled_->file() : folder_.string(); }

}  // namespace m2v::store
