#include "core/durable_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <random>
#include <string>
#include <utility>

#include "m2v/error.h"

namespace m2v::core {
namespace {

constexpr int kAttempts = 100;  // at a name that nobody has

// Linux moves at most 2 GiB - 4 KiB a call; smaller pieces also let a signal through.
constexpr std::size_t kLargestWrite = std::size_t{1} << 28;

}  // namespace

std::filesystem::path temporary_sibling(const std::filesystem::path& path) {
  static constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyz0123456789";
  std::random_device random;
  std::uniform_int_distribution<std::size_t> letter(0, kLetters.size() - 1);
  // Shortened, since names of files end at 255 bytes.
  std::string name = "." + path.filename().string().substr(0, 200) + ".m2v-";
  for (int i = 0; i < 6; ++i) name += kLetters[letter(random)];
  return path.parent_path() / name;
}

DurableFile::DurableFile(std::filesystem::path path) : path_(std::move(path)) {
  for (int attempt = 0; descriptor_ < 0; ++attempt) {
    temporary_ = temporary_sibling(path_);
    descriptor_ = ::open(temporary_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (descriptor_ < 0 && (errno != EEXIST || attempt == kAttempts)) {
      throw IoError("cannot create", path_, errno);
    }
  }
}

DurableFile::DurableFile(DurableFile&& other) noexcept
    : path_(std::move(other.path_)),
      temporary_(std::exchange(other.temporary_, {})),
      descriptor_(std::exchange(other.descriptor_, -1)) {}

DurableFile::~DurableFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

void DurableFile::set_mode(mode_t mode) noexcept { static_cast<void>(::fchmod(descriptor_, mode)); }

void DurableFile::write(std::span<const std::byte> bytes) { write_all(descriptor_, bytes, path_); }

void DurableFile::rewrite_start(std::span<const std::byte> bytes) {
  const off_t end = ::lseek(descriptor_, 0, SEEK_CUR);
  if (end < 0 || ::lseek(descriptor_, 0, SEEK_SET) < 0) throw IoError("cannot write", path_, errno);
  write(bytes);
  if (::lseek(descriptor_, end, SEEK_SET) < 0) throw IoError("cannot write", path_, errno);
}

void DurableFile::finish() {
  if (::fsync(descriptor_) != 0) throw IoError("cannot write", path_, errno);
  // close() may be the first to report what a network file system could not store.
  if (::close(std::exchange(descriptor_, -1)) != 0) throw IoError("cannot write", path_, errno);
  if (::rename(temporary_.c_str(), path_.c_str()) != 0) {
    throw IoError("cannot replace", path_, errno);
  }
  temporary_.clear();
}

void write_durable_file(const std::filesystem::path& path, std::string_view content) {
  DurableFile file(path);
  file.write(std::as_bytes(std::span(content)));
  file.finish();
}

void write_all(int descriptor, std::span<const std::byte> bytes,
               const std::filesystem::path& path) {
  while (!bytes.empty()) {
    const ssize_t written =
        ::write(descriptor, bytes.data(), std::min(bytes.size(), kLargestWrite));
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) throw IoError("cannot write", path, errno);
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
}

void sync_folder(const std::filesystem::path& folder) {
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) throw IoError("cannot open", folder, errno);
  const int error = ::fsync(descriptor) != 0 ? errno : 0;
  ::close(descriptor);
  // Some file systems cannot sync a folder, and say so with EINVAL: nothing is lost then.
  if (error != 0 && error != EINVAL) throw IoError("cannot write", folder, error);
}

}  // namespace m2v::core
