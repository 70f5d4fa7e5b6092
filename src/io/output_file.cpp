#include "io/output_file.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <random>
#include <system_error>
#include <utility>

#include "m2v/error.h"

namespace m2v::io {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kBufferBytes = std::size_t{1} << 18;
constexpr int kAttempts = 100;  // at a name that nobody has

// Linux moves at most 2 GiB - 4 KiB a call; smaller pieces also let a signal through.
constexpr std::size_t kLargestWrite = std::size_t{1} << 28;

/// While it lives, a closed pipe gives this thread EPIPE and not a SIGPIPE that ends the program.
class WithoutSigpipe {
 public:
  WithoutSigpipe() {
    sigset_t pending;
    ::sigemptyset(&pipe_);
    ::sigaddset(&pipe_, SIGPIPE);
    ::sigpending(&pending);
    was_pending_ = ::sigismember(&pending, SIGPIPE) == 1;
    ::pthread_sigmask(SIG_BLOCK, &pipe_, &old_);
  }
  ~WithoutSigpipe() {
    sigset_t pending;
    ::sigpending(&pending);
    if (!was_pending_ && ::sigismember(&pending, SIGPIPE) == 1) {
      int signal = 0;
      ::sigwait(&pipe_, &signal);  // ours: swallowed
    }
    ::pthread_sigmask(SIG_SETMASK, &old_, nullptr);
  }
  WithoutSigpipe(const WithoutSigpipe&) = delete;
  WithoutSigpipe& operator=(const WithoutSigpipe&) = delete;

 private:
  sigset_t pipe_;
  sigset_t old_;
  bool was_pending_ = false;
};

fs::path temporary_sibling(const fs::path& path) {
  static constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyz0123456789";
  std::random_device random;
  std::uniform_int_distribution<std::size_t> letter(0, kLetters.size() - 1);
  // Shortened, since names of files end at 255 bytes.
  std::string name = "." + path.filename().string().substr(0, 200) + ".m2v-";
  for (int i = 0; i < 6; ++i) name += kLetters[letter(random)];
  return path.parent_path() / name;
}

}  // namespace

OutputFile OutputFile::standard_output() {
  OutputFile file;
  file.path_ = "standard output";
  file.descriptor_ = STDOUT_FILENO;
  return file;
}

OutputFile OutputFile::create(const std::filesystem::path& path) {
  OutputFile file;
  file.path_ = path;
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (status.type() == fs::file_type::none) throw IoError("cannot create", path, error.value());
  if (fs::is_directory(status)) throw IoError("cannot create", path, EISDIR);
  file.owned_ = true;
  if (fs::exists(status) && !fs::is_regular_file(status)) {
    file.descriptor_ = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
    if (file.descriptor_ < 0) throw IoError("cannot open", path, errno);
    return file;
  }
  file.final_ = fs::exists(status) ? fs::canonical(path, error) : path;
  if (error && fs::exists(status)) throw IoError("cannot resolve", path, error.value());
  if (fs::exists(status) && ::access(path.c_str(), W_OK) != 0) {
    throw IoError("cannot replace", path, errno);  // a rename would not ask
  }
  file.open_temporary();
  if (fs::exists(status)) {
    const auto mode = static_cast<mode_t>(status.permissions()) & 07777;
    static_cast<void>(::fchmod(file.descriptor_, mode));
  }
  return file;
}

void OutputFile::open_temporary() {
  for (int attempt = 0; descriptor_ < 0; ++attempt) {
    temporary_ = temporary_sibling(final_);
    descriptor_ = ::open(temporary_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (descriptor_ < 0 && (errno != EEXIST || attempt == kAttempts)) {
      const int error = errno;
      temporary_.clear();
      throw IoError("cannot create", path_, error);
    }
  }
}

OutputFile::OutputFile(OutputFile&& other) noexcept
    : path_(std::move(other.path_)),
      final_(std::move(other.final_)),
      temporary_(std::exchange(other.temporary_, {})),
      descriptor_(std::exchange(other.descriptor_, -1)),
      owned_(std::exchange(other.owned_, false)),
      buffer_(std::move(other.buffer_)) {}

OutputFile::~OutputFile() {
  if (owned_ && descriptor_ >= 0) ::close(descriptor_);
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

void OutputFile::write(std::span<const std::byte> bytes) {
  if (buffer_.size() + bytes.size() > kBufferBytes) flush();
  if (bytes.size() > kBufferBytes) {
    write_out(bytes);
  } else {
    buffer_.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  }
}

void OutputFile::flush() {
  write_out(std::as_bytes(std::span(buffer_)));
  buffer_.clear();
}

void OutputFile::write_out(std::span<const std::byte> bytes) {
  const WithoutSigpipe guard;
  while (!bytes.empty()) {
    const ssize_t written =
        ::write(descriptor_, bytes.data(), std::min(bytes.size(), kLargestWrite));
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) throw IoError("cannot write", path_, errno);
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
}

void OutputFile::finish() {
  flush();
  if (!owned_) return;
  if (!temporary_.empty() && ::fsync(descriptor_) != 0) throw IoError("cannot write", path_, errno);
  // close() may be the first to report what a network file system could not store.
  if (::close(std::exchange(descriptor_, -1)) != 0) throw IoError("cannot write", path_, errno);
  if (temporary_.empty()) return;
  if (::rename(temporary_.c_str(), final_.c_str()) != 0) {
    throw IoError("cannot replace", path_, errno);
  }
  temporary_.clear();
}

}  // namespace m2v::io
