#include "model/new_folder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <ranges>
#include <string>
#include <system_error>

#include "base/folder_names.h"
#include "base/replaceable_file.h"
#include "base/temporary_file.h"
#include "m2v/error.h"
#include "model/model_names.h"

namespace m2v::model {
namespace {

namespace fs = std::filesystem;

constexpr int kMaxNameAttempts = 100;  // to find an unused name

constexpr int kFolder = O_DIRECTORY | O_NOFOLLOW;

/// Tries to lock a folder, without waiting.
bool lock(const base::Descriptor& folder) {
  return ::flock(folder.number(), LOCK_EX | LOCK_NB) == 0;
}

/// Removes the model files, complete or not, from a temporary folder that is not in use, then the
/// folder itself.
void remove_folder(int parent, const char* name, const base::Descriptor& folder) {
  base::remove_stale_temporaries(folder.number(), {}, kModelFiles);
  base::remove_stale_temporaries(folder.number(), kNestedFolder, kModelFiles);
  for (const std::string_view file : kModelFiles) {
    ::unlinkat(folder.number(), std::string(file).c_str(), 0);
  }
  ::unlinkat(folder.number(), std::string(kNestedFolder).c_str(), AT_REMOVEDIR);
  ::unlinkat(parent, name, AT_REMOVEDIR);
}

/// Returns the absolute path with links resolved. Throws IoError, also for a dangling link.
fs::path resolve(const fs::path& path) {
  std::error_code error;
  fs::path resolved = fs::weakly_canonical(fs::absolute(path, error), error);
  if (error) throw IoError("cannot resolve", path, error.value());
  if (!resolved.has_filename()) resolved = resolved.parent_path();
  if (fs::is_symlink(resolved, error)) throw IoError("cannot follow the link", path, ENOENT);
  return resolved;
}

}  // namespace

void remove_abandoned_folders(const fs::path& target) {
  const std::string of = target.filename().string();
  base::FolderNames names(target.parent_path());
  while (const char* const name = names.next()) {
    if (!base::is_temporary_name(name, of)) continue;
    const base::Descriptor folder = base::open_at(names.descriptor(), name, kFolder);
    if (folder.is_open() && lock(folder)) remove_folder(names.descriptor(), name, folder);
  }
}

NewFolder::NewFolder(const fs::path& target) : target_(resolve(target)) {
  try {
    fs::path parent;
    std::error_code ignored;
    for (const fs::path& part : target_.parent_path()) {
      parent /= part;
      if (!fs::exists(fs::status(parent, ignored))) make(parent);
    }
    for (int attempt = 0; attempt < kMaxNameAttempts && path_.empty(); ++attempt) {
      const fs::path candidate = base::temporary_sibling(target_);
      make(candidate);
      folder_ = base::open_at(AT_FDCWD, candidate, kFolder);
      // On a file system without locks, no other process can lock the folder and take its writer
      // for dead either.
      struct stat status{};
      const bool locked = folder_.is_open() && (lock(folder_) || errno != EWOULDBLOCK);
      if (locked && ::fstat(folder_.number(), &status) == 0 && status.st_nlink > 0) {
        path_ = candidate;
      }
    }
    if (path_.empty()) throw IoError("cannot create", target_, EEXIST);
  } catch (...) {
    for (const fs::path& folder : made_ | std::views::reverse) ::rmdir(folder.c_str());
    throw;
  }
}

void NewFolder::make(const fs::path& folder) {
  base::TemporaryPath registered(folder, base::TemporaryPath::Kind::kFolder);
  if (::mkdir(folder.c_str(), 0777) == 0) {
    made_.push_back(folder);
    registered_.push_back(std::move(registered));
  } else if (errno != EEXIST) {
    throw IoError("cannot create", folder, errno);
  }
}

bool NewFolder::put_in_place() {
  // rename(2) replaces an empty folder that has appeared meanwhile, but nothing else.
  if (::rename(path_.c_str(), target_.c_str()) != 0) {
    if (errno == EEXIST || errno == ENOTEMPTY || errno == ENOTDIR) return false;
    throw IoError("cannot create", target_, errno);
  }
  in_place_ = true;
  registered_.clear();
  base::sync_folder_of({AT_FDCWD, target_, target_});
  ::flock(folder_.number(), LOCK_UN);
  return true;
}

NewFolder::~NewFolder() {
  if (!in_place_) {
    remove_folder(AT_FDCWD, path_.c_str(), folder_);
    for (const fs::path& folder : made_ | std::views::reverse) ::rmdir(folder.c_str());
  }
  ::flock(folder_.number(), LOCK_UN);
}

}  // namespace m2v::model
