#include "store/atomic_folder.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <string>
#include <system_error>

#include "core/durable_file.h"
#include "m2v/error.h"

namespace m2v::store {
namespace {

namespace fs = std::filesystem;

constexpr int kAttempts = 100;  // at a name that nobody has

/// Absolute, links followed, no "." or ".." and no slash at the end.
fs::path resolve(const fs::path& path) {
  std::error_code error;
  fs::path resolved = fs::weakly_canonical(fs::absolute(path, error), error);
  if (error) throw IoError("cannot resolve", path, error.value());
  if (!resolved.has_filename()) resolved = resolved.parent_path();
  if (!resolved.has_filename()) throw IoError("cannot replace", path, EBUSY);
  if (fs::is_symlink(resolved, error)) throw IoError("cannot follow the link", path, ENOENT);
  return resolved;
}

fs::file_status status_of(const fs::path& path) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (status.type() == fs::file_type::none) throw IoError("cannot look at", path, error.value());
  return status;
}

/// Gives `to` the same content as `from`: a second name of the file where the file system allows
/// it, else a copy; folders entry by entry. What `to` has already stays.
void link_tree(const fs::path& from, const fs::path& to) {
  std::error_code error;
  const fs::file_status status = fs::symlink_status(from, error);
  if (!fs::is_directory(status)) {
    if (::link(from.c_str(), to.c_str()) == 0 || errno == EEXIST) return;
    fs::copy(from, to, fs::copy_options::copy_symlinks | fs::copy_options::skip_existing, error);
    if (error) throw IoError("cannot keep", from, error.value());
    return;
  }
  fs::create_directory(to, error);
  if (error) throw IoError("cannot keep", from, error.value());
  for (fs::directory_iterator entry(from, error); !error && entry != fs::directory_iterator();
       entry.increment(error)) {
    link_tree(entry->path(), to / entry->path().filename());
  }
  if (!error) fs::permissions(to, status.permissions(), error);  // last: it may be read-only
  if (error) throw IoError("cannot keep", from, error.value());
  core::sync_folder(to);
}

void keep_entries(const fs::path& from, const fs::path& to, const AtomicFolder::IsOurs& is_ours) {
  std::error_code error;
  for (fs::directory_iterator entry(from, error); !error && entry != fs::directory_iterator();
       entry.increment(error)) {
    const fs::path name = entry->path().filename();
    const bool written = fs::exists(fs::symlink_status(to / name, error));
    error.clear();
    if (!written && !is_ours(name.string())) link_tree(entry->path(), to / name);
  }
  if (error) throw IoError("cannot read", from, error.value());
}

/// Removes a folder and all that is in it, read-only folders too; what cannot go is left.
void remove_tree(const fs::path& folder) {
  std::error_code error;
  fs::permissions(folder, fs::perms::owner_all, fs::perm_options::add, error);
  for (fs::directory_iterator entry(folder, error); !error && entry != fs::directory_iterator();
       entry.increment(error)) {
    std::error_code ignored;
    if (fs::is_directory(entry->symlink_status(ignored))) remove_tree(entry->path());
  }
  fs::remove_all(folder, error);
}

/// Swaps two folders in one step. False if the system or the file system cannot.
bool exchange_folders(const fs::path& a, const fs::path& b) {
#ifdef RENAME_EXCHANGE
  if (::renameat2(AT_FDCWD, a.c_str(), AT_FDCWD, b.c_str(), RENAME_EXCHANGE) == 0) return true;
  if (errno != EINVAL && errno != ENOSYS && errno != EOPNOTSUPP) {
    throw IoError("cannot replace (a mount point? then save into a folder inside it)", b, errno);
  }
#else
  static_cast<void>(a);
  static_cast<void>(b);
#endif
  return false;
}

void rename_folder(const fs::path& from, const fs::path& to) {
  if (::rename(from.c_str(), to.c_str()) != 0) throw IoError("cannot replace", to, errno);
}

}  // namespace

AtomicFolder::AtomicFolder(const fs::path& target) : target_(resolve(target)) {
  const fs::file_status status = status_of(target_);
  if (fs::exists(status) && !fs::is_directory(status)) {
    throw IoError("cannot save a model as", target_, ENOTDIR);
  }
  // Nothing would stop a rename from replacing a folder that its owner has made read-only.
  if (fs::exists(status) && ::access(target_.c_str(), W_OK) != 0) {
    throw IoError("cannot write into", target_, errno);
  }
  std::error_code error;
  fs::create_directories(target_.parent_path(), error);
  if (error) throw IoError("cannot create", target_.parent_path(), error.value());
  for (int attempt = 0;; ++attempt) {
    const fs::path candidate = core::temporary_sibling(target_);
    if (::mkdir(candidate.c_str(), 0777) == 0) {
      staging_ = candidate;
      break;
    }
    if (errno != EEXIST || attempt == kAttempts) throw IoError("cannot create", candidate, errno);
  }
}

AtomicFolder::~AtomicFolder() {
  // Also after a success, when the old folder stands here. What cannot be removed does no harm.
  if (!staging_.empty()) remove_tree(staging_);
}

void AtomicFolder::commit(const IsOurs& is_ours, bool exchange) {
  const fs::file_status status = status_of(target_);
  if (fs::exists(status)) {
    keep_entries(target_, staging_, is_ours);
    std::error_code error;
    fs::permissions(staging_, status.permissions(), error);
    if (error) throw IoError("cannot write", staging_, error.value());
    core::sync_folder(staging_);
    replace(exchange);
  } else {
    core::sync_folder(staging_);
    rename_folder(staging_, target_);
    staging_.clear();
  }
  core::sync_folder(target_.parent_path());
}

void AtomicFolder::replace(bool exchange) {
  if (exchange && exchange_folders(staging_, target_)) return;
  const fs::path aside = core::temporary_sibling(target_);
  rename_folder(target_, aside);
  try {
    rename_folder(staging_, target_);
  } catch (...) {
    static_cast<void>(::rename(aside.c_str(), target_.c_str()));
    throw;
  }
  staging_ = aside;
}

}  // namespace m2v::store
