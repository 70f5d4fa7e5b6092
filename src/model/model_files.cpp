#include "model/model_files.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "base/descriptor.h"
#include "base/mapped_file.h"
#include "m2v/error.h"
#include "model/model_names.h"
#include "model/save_record.h"

namespace m2v::model {
namespace {

namespace fs = std::filesystem;

constexpr int kMaxReadAttempts = 100;
constexpr int kUnlockedAttempts = 3;  ///< Attempts without a lock; later ones keep writers out.

/// The file behind a name. Two files that exist at the same time never have the same identity.
struct Identity {
  bool exists = false;
  dev_t device = 0;
  ino_t number = 0;
  bool operator==(const Identity&) const = default;
};

Identity identity_of(const base::Descriptor& file) {
  struct stat status{};
  if (!file.is_open() || ::fstat(file.number(), &status) != 0) return {};
  return {true, status.st_dev, status.st_ino};
}

Identity identity_of(const base::Descriptor& folder, std::string_view name) {
  struct stat status{};
  if (::fstatat(folder.number(), std::string(name).c_str(), &status, 0) != 0) return {};
  return {true, status.st_dev, status.st_ino};
}

}  // namespace

/// One attempt to open the files of a folder. A save first writes its record, then replaces all
/// files except the deciding ones, then these, and finally removes its record. So if there is no
/// record at the beginning nor at the end of an attempt, and the deciding files are the same, then
/// all files belong to one save: had another save finished in between, a deciding file would have a
/// new identity, since the old one is held open. And while the same record exists, it leads to the
/// new model at every step of its save.
class ModelFiles::Reader {
 public:
  /// If `alone` is set, no save makes progress until this object is destroyed, except on file
  /// systems without locks.
  Reader(const fs::path& path, bool alone) : path_(path), folder_(base::open_folder(path)) {
    if (alone) static_cast<void>(::flock(folder_.number(), LOCK_SH));
    record_file_ = base::open_at(folder_.number(), SaveRecord::kName, O_NOFOLLOW);
    if (!record_file_.is_open()) return;
    const fs::path name = path / SaveRecord::kName;
    record_ = SaveRecord::parse(base::read_characters(record_file_, name).view(), name.string());
  }

  ModelFiles read() {
    ModelFiles files;
    files.folder_ = path_;
    for (std::size_t i = 0; i < kModelFiles.size(); ++i) {
      const std::string_view name = kModelFiles[i];
      base::Descriptor file = open(name);
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

  /// Returns whether all files that read() has opened belong to the same save.
  bool is_consistent() const {
    const Identity record = identity_of(folder_, SaveRecord::kName);  // before the deciding files
    if (record != identity_of(record_file_)) return false;
    if (record.exists) return true;
    for (std::size_t i = 0; i < kDecidingFiles.size(); ++i) {
      if (identity_of(folder_, kDecidingFiles[i]) != identity_of(deciding_[i])) return false;
    }
    return true;
  }

 private:
  /// Opens a file by way of the record. On failure, the descriptor is not open and errno is set.
  base::Descriptor open(std::string_view name) const {
    const SaveRecord::Step* const step = record_.find(name);
    if (step != nullptr && step->temporary.empty()) {
      errno = ENOENT;  // the save removes it
      return {};
    }
    if (step != nullptr) {
      const auto temporary = temporary_location(location_in(folder_, path_, name), step->temporary);
      base::Descriptor file = base::open_at(temporary.folder, temporary.name, O_NOFOLLOW);
      if (file.is_open() || errno != ENOENT) return file;  // else it has been renamed already
    }
    return base::open_at(folder_.number(), name);
  }

  File read(std::string_view name, const base::Descriptor& file) const {
    try {
      const bool is_large = name.ends_with(".safetensors");
      return {name,
              is_large ? base::map_characters(file, path_ / name)
                       : base::read_characters(file, path_ / name),
              0};
    } catch (const IoError& problem) {
      return {name, {}, problem.error_number()};
    }
  }

  const fs::path& path_;
  base::Descriptor folder_;
  base::Descriptor record_file_;
  SaveRecord record_;
  std::array<base::Descriptor, kDecidingFiles.size()> deciding_;
};

ModelFiles ModelFiles::in_folder(const fs::path& folder) {
  try {
    for (int attempt = 0; attempt < kMaxReadAttempts; ++attempt) {
      Reader reader(folder, attempt >= kUnlockedAttempts);
      ModelFiles files = reader.read();
      if (reader.is_consistent()) return files;
    }
  } catch (const IoError& problem) {
    if (problem.path() != folder) throw;
    throw IoError("cannot open the model folder", folder, problem.error_number());
  }
  throw Error(folder.string() + ": the model keeps being replaced: try again");
}

ModelFiles ModelFiles::in_compiled(formats::Sections sections) {
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

base::FlatArray<char> ModelFiles::open(std::string_view name) const {
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

}  // namespace m2v::model
