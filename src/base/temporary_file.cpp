#include "base/temporary_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <random>
#include <utility>

#include "base/folder_names.h"
#include "m2v/error.h"

namespace m2v::base {
namespace {

namespace fs = std::filesystem;

constexpr int kMaxAttempts = 100;  // to find an unused name
constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyz0123456789";
constexpr std::size_t kRandomLetters = 6;

// Linux writes at most 2 GiB - 4 KiB per call. Smaller pieces also let signals interrupt the loop.
constexpr std::size_t kMaxWrite = std::size_t{1} << 28;

constexpr std::string_view kInfix = ".m2v-";

/// Returns the part of a file name that its temporary file's name contains. File names are limited
/// to 255 bytes.
std::string_view shortened(std::string_view name) { return name.substr(0, 200); }

FileLocation sibling(const FileLocation& location, const fs::path& name) {
  return {location.folder, location.name.parent_path() / name, location.path.parent_path() / name};
}

/// Removes a temporary file that is not locked. A writer that has created its file but not locked
/// it yet notices the removal, because it checks afterwards that the file still exists.
void remove_if_unlocked(int folder, const char* name) noexcept {
  const Descriptor file = open_at(folder, name, O_NOFOLLOW);
  struct stat status{};
  if (!file.is_open() || ::fstat(file.number(), &status) != 0 || !S_ISREG(status.st_mode)) return;
  if (::flock(file.number(), LOCK_EX | LOCK_NB) == 0) ::unlinkat(folder, name, 0);
}

void remove_unlocked(int at, const fs::path& name, const auto& is_wanted) noexcept {
  FolderNames names(at, name);
  while (const char* const found = names.next()) {
    if (is_wanted(found)) remove_if_unlocked(names.descriptor(), found);
  }
}

}  // namespace

bool is_temporary_name(std::string_view name, std::string_view of) noexcept {
  return is_temporary_name(name) &&
         name.substr(1, name.size() - 1 - kInfix.size() - kRandomLetters) == shortened(of);
}

bool is_temporary_name(std::string_view name) noexcept {
  const std::size_t infix = name.rfind(kInfix);
  if (!name.starts_with('.') || infix == std::string_view::npos || infix < 2) return false;
  const std::string_view end = name.substr(infix + kInfix.size());
  return end.size() == kRandomLetters && name.find('/') == std::string_view::npos &&
         end.find_first_not_of(kLetters) == std::string_view::npos;
}

fs::path temporary_sibling(const fs::path& path) {
  std::random_device random;
  std::uniform_int_distribution<std::size_t> letter(0, kLetters.size() - 1);
  std::string name = "." + std::string(shortened(path.filename().native())).append(kInfix);
  for (std::size_t i = 0; i < kRandomLetters; ++i) name += kLetters[letter(random)];
  return path.parent_path() / name;
}

void remove_stale_temporaries(int at, const fs::path& name,
                              std::span<const std::string_view> of) noexcept {
  remove_unlocked(at, name, [&](std::string_view found) {
    return std::ranges::any_of(of, [&](auto file) { return is_temporary_name(found, file); });
  });
}

void remove_stale_temporaries(int at, const fs::path& name) noexcept {
  remove_unlocked(at, name, [](std::string_view found) { return is_temporary_name(found); });
}

TemporaryFile::TemporaryFile(FileLocation location, const fs::path& shown)
    : location_(std::move(location)) {
  const auto replaced = replaceable_file(location_);
  const std::string name = location_.name.filename().string();
  const std::string_view names[] = {name};
  remove_stale_temporaries(location_.folder, location_.name.parent_path(), names);
  for (int attempt = 0; !create(replaced ? &*replaced : nullptr); ++attempt) {
    if (attempt == kMaxAttempts) throw IoError("cannot create", location_.path, EEXIST);
  }
  if (replaced) copy_owner_and_mode(*replaced);
  if (!shown.empty()) location_.path = shown;
}

/// Creates and locks the file. Returns false if another name has to be tried.
bool TemporaryFile::create(const struct stat* replaced) {
  temporary_ = sibling(location_, temporary_sibling(location_.name).filename());
  registered_ = TemporaryPath(temporary_.path, TemporaryPath::Kind::kFile);
  constexpr int kFlags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
  // A file that will get the mode of its predecessor is private until then.
  file_ = Descriptor(::openat(location_.folder, temporary_.name.c_str(), kFlags,
                              replaced != nullptr ? 0600 : 0666));
  if (!file_.is_open()) {
    const int error = errno;
    registered_.forget();
    if (error == EEXIST) return false;
    throw IoError("cannot create", location_.path, error);
  }
  exists_ = true;
  // If the file system has no locks, no other process can take the lock and remove the file either.
  struct stat status{};
  const bool locked = ::flock(file_.number(), LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK;
  if (locked && ::fstat(file_.number(), &status) == 0 && status.st_nlink > 0) return true;
  remove();
  return false;
}

/// Sets the owner and the mode of the file that is replaced.
void TemporaryFile::copy_owner_and_mode(const struct stat& replaced) {
  struct stat own{};
  int error = ::fstat(file_.number(), &own) != 0 ? errno : 0;
  if (error == 0 && (own.st_uid != replaced.st_uid || own.st_gid != replaced.st_gid) &&
      ::fchown(file_.number(), replaced.st_uid, replaced.st_gid) != 0) {
    error = errno;
  }
  if (error != 0) {
    remove();  // the constructor fails, so the destructor will not run
    throw IoError("cannot keep the owner of", location_.path, error);
  }
  // After fchown(), which clears the set-user-ID and set-group-ID bits. Errors are ignored: a file
  // system without modes rejects the call and has no mode to preserve.
  static_cast<void>(::fchmod(file_.number(), replaced.st_mode & 07777));
}

TemporaryFile::TemporaryFile(TemporaryFile&& other) noexcept
    : location_(std::move(other.location_)),
      temporary_(std::move(other.temporary_)),
      registered_(std::move(other.registered_)),
      file_(std::move(other.file_)),
      exists_(std::exchange(other.exists_, false)) {}

TemporaryFile::~TemporaryFile() { remove(); }

void TemporaryFile::remove() noexcept {
  if (exists_) ::unlinkat(temporary_.folder, temporary_.name.c_str(), 0);
  keep();
  file_.close();
}

void TemporaryFile::keep() noexcept {
  exists_ = false;
  registered_.forget();
}

void TemporaryFile::write(std::span<const std::byte> bytes) {
  write_all(file_.number(), bytes, location_.path);
}

void TemporaryFile::rewrite_start(std::span<const std::byte> bytes) {
  const off_t end = ::lseek(file_.number(), 0, SEEK_CUR);
  if (end < 0 || ::lseek(file_.number(), 0, SEEK_SET) < 0) {
    throw IoError("cannot write", location_.path, errno);
  }
  write(bytes);
  if (::lseek(file_.number(), end, SEEK_SET) < 0)
    throw IoError("cannot write", location_.path, errno);
}

void TemporaryFile::sync() {
  if (::fsync(file_.number()) != 0) throw IoError("cannot write", location_.path, errno);
}

void TemporaryFile::replace() {
  if (::renameat(temporary_.folder, temporary_.name.c_str(), location_.folder,
                 location_.name.c_str()) != 0) {
    throw IoError("cannot replace", location_.path, errno);
  }
  exists_ = false;
  registered_.forget();
  if (const int error = file_.close(); error != 0)
    throw IoError("cannot write", location_.path, error);
}

void write_all(int descriptor, std::span<const std::byte> bytes, const fs::path& path) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor, bytes.data(), std::min(bytes.size(), kMaxWrite));
    if (written < 0 && errno == EINTR) continue;
    if (written < 0 && errno == EFAULT) {
      throw IoError("the file that is to be copied was truncated; cannot write", path, EFAULT);
    }
    if (written < 0) throw IoError("cannot write", path, errno);
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
}

}  // namespace m2v::base
