#include "io/output_file.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include "m2v/error.h"

namespace m2v::io {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kBufferBytes = std::size_t{1} << 18;

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
  if (fs::exists(status) && !fs::is_regular_file(status)) {
    file.descriptor_ = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
    if (file.descriptor_ < 0) throw IoError("cannot open", path, errno);
    file.owned_ = true;
    return file;
  }
  if (!fs::exists(status)) {
    file.file_.emplace(path);
    return file;
  }
  const fs::path linked_to = fs::canonical(path, error);
  if (error) throw IoError("cannot resolve", path, error.value());
  if (::access(path.c_str(), W_OK) != 0) {
    throw IoError("cannot replace", path, errno);  // a rename would not ask
  }
  file.file_.emplace(linked_to);
  file.file_->set_mode(static_cast<mode_t>(status.permissions()) & 07777);
  return file;
}

OutputFile::OutputFile(OutputFile&& other) noexcept
    : path_(std::move(other.path_)),
      file_(std::move(other.file_)),
      descriptor_(std::exchange(other.descriptor_, -1)),
      owned_(std::exchange(other.owned_, false)),
      buffer_(std::move(other.buffer_)) {}

OutputFile::~OutputFile() {
  if (owned_) ::close(descriptor_);
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
  if (file_) return file_->write(bytes);
  const WithoutSigpipe guard;
  core::write_all(descriptor_, bytes, path_);
}

void OutputFile::rewrite_start(std::string_view text) {
  flush();
  file_->rewrite_start(std::as_bytes(std::span(text)));
}

void OutputFile::finish() {
  flush();
  if (file_) return file_->finish();
  if (!owned_) return;
  owned_ = false;
  // close() may be the first to report what a network file system could not store.
  if (::close(descriptor_) != 0) throw IoError("cannot write", path_, errno);
}

}  // namespace m2v::io
