#include "store/new_folder.h"

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

#include "core/folder_names.h"
#include "core/replaceable_file.h"
#include "core/temporary_file.h"
#include "m2v/error.h"
#include "store/model_names.h"

namespace m2v::store {
namespace {

namespace fs = std::filesystem;

constexpr int kMaxAttempts = 100;  // at a name that nobody has

constexpr int kFolder = O_DIRECTORY | O_NOFOLLOW;

bool lock(const core::Descriptor& folder) {
  return ::flock(folder.number(), LOCK_EX | LOCK_NB) == 0;
}

/// The model's files in a folder of ours that nobody uses, whole or not; then the folder.
void remove_folder(int parent, const char* name, const core::Descriptor& folder) {
  core::remove_dead_temporaries(folder.number(), {}, kModelFiles);
  core::remove_dead_temporaries(folder.number(), kNestedFolder, kModelFiles);
  for (const std::string_view file : kModelFiles) {
    ::unlinkat(folder.number(), std::string(file).c_str(), 0);
  }
  ::unlinkat(folder.number(), std::string(kNestedFolder).c_str(), AT_REMOVEDIR);
  ::unlinkat(parent, name, AT_REMOVEDIR);
}

fs::path resolve(const fs::path& path) {
  std::error_code error;
  fs::path resolved = fs::weakly_canonical(fs::absolute(path, error), error);
  if (error) throw IoError("cannot resolve", path, error.value());
  if (!resolved.has_filename()) resolved = resolved.parent_path();
  if (fs::is_symlink(resolved, error)) throw IoError("cannot follow the link", path, ENOENT);
  return resolved;
}

}  // namespace

void remove_dead_folders(const fs::path& target) {
  const std::string of = target.filename().string();
  core::FolderNames names(target.parent_path());
  while (const char* const name = names.next()) {
    if (!core::is_temporary_name(name, of)) continue;
    const core::Descriptor folder = core::open_at(names.descriptor(), name, kFolder);
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
    for (int attempt = 0; attempt < kMaxAttempts && path_.empty(); ++attempt) {
      const fs::path candidate = core::temporary_sibling(target_);
      make(candidate);
      folder_ = core::open_at(AT_FDCWD, candidate, kFolder);
      // Where folders cannot be locked, nobody can take the lock and find this one dead either.
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
  core::TemporaryPath registered(folder, core::TemporaryPath::Kind::kFolder);
  if (::mkdir(folder.c_str(), 0777) == 0) {
    made_.push_back(folder);
    registered_.push_back(std::move(registered));
  } else if (errno != EEXIST) {
    throw IoError("cannot create", folder, errno);
  }
}

bool NewFolder::put_in_place() {
  // An empty folder that somebody has made meanwhile is replaced, anything else is not.
  if (::rename(path_.c_str(), target_.c_str()) != 0) {
    if (errno == EEXIST || errno == ENOTEMPTY || errno == ENOTDIR) return false;
    throw IoError("cannot create", target_, errno);
  }
  in_place_ = true;
  registered_.clear();
  core::sync_folder_of({AT_FDCWD, target_, target_});
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

}  // namespace m2v::store
