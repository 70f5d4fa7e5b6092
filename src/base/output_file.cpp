#include "base/output_file.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <system_error>
#include <utility>

#include "m2v/error.h"

namespace m2v::base {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kBufferBytes = std::size_t{1} << 18;

/// While this object lives, writing to a closed pipe fails with EPIPE on this thread instead of
/// raising SIGPIPE, which would end the program.
class SigpipeBlocker {
 public:
  SigpipeBlocker() {
    sigset_t pending;
    ::sigemptyset(&pipe_);
    ::sigaddset(&pipe_, SIGPIPE);
    ::sigpending(&pending);
    was_pending_ = ::sigismember(&pending, SIGPIPE) == 1;
    ::pthread_sigmask(SIG_BLOCK, &pipe_, &old_);
  }
  ~SigpipeBlocker() {
    sigset_t pending;
    ::sigpending(&pending);
    if (!was_pending_ && ::sigismember(&pending, SIGPIPE) == 1) {
      int signal = 0;
      ::sigwait(&pipe_, &signal);  // consumes the signal that our write raised
    }
    ::pthread_sigmask(SIG_SETMASK, &old_, nullptr);
  }
  SigpipeBlocker(const SigpipeBlocker&) = delete;
  SigpipeBlocker& operator=(const SigpipeBlocker&) = delete;

 private:
  sigset_t pipe_;
  sigset_t old_;
  bool was_pending_ = false;
};

/// Duplicates the descriptor of one of this process's open files, given its path in /proc. Both
/// share the file offset, so output continues at the current position. Returns a Descriptor that is
/// not open if the path belongs to another process.
Descriptor duplicate_open_file(const FileLocation& location) {
  std::error_code error;
  const fs::path folder = fs::canonical(location.name.parent_path(), error);
  if (error || folder != "/proc/" + std::to_string(::getpid()) + "/fd") return {};
  return Descriptor(::fcntl(std::atoi(location.name.filename().c_str()), F_DUPFD_CLOEXEC, 0));
}

}  // namespace

OutputFile OutputFile::standard_output() {
  OutputFile file;
  file.path_ = "standard output";
  file.descriptor_ = STDOUT_FILENO;
  return file;
}

OutputFile OutputFile::create(const fs::path& path) {
  OutputFile file;
  file.path_ = path;
  if (!path.has_filename()) throw IoError("cannot create", path, EISDIR);
  bool is_open_file = false;
  FileLocation location = follow_links({AT_FDCWD, path, path}, &is_open_file);
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (status.type() == fs::file_type::none) throw IoError("cannot create", path, error.value());
  if (fs::is_directory(status)) throw IoError("cannot create", path, EISDIR);
  if (!is_open_file && (!fs::exists(status) || fs::is_regular_file(status))) {
    file.file_.emplace(std::move(location));
    return file;
  }
  file.opened_ = is_open_file ? duplicate_open_file(location) : Descriptor();
  if (!file.opened_.is_open()) {
    file.opened_ = Descriptor(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
  }
  if (!file.opened_.is_open()) throw IoError("cannot open", path, errno);
  file.descriptor_ = file.opened_.number();
  return file;
}

OutputFile::OutputFile(OutputFile&& other) noexcept = default;

OutputFile::~OutputFile() = default;

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
  const SigpipeBlocker guard;
  write_all(descriptor_, bytes, path_);
}

void OutputFile::rewrite_start(std::string_view text) {
  flush();
  file_->rewrite_start(std::as_bytes(std::span(text)));
}

void OutputFile::finish() {
  flush();
  if (file_) {
    file_->sync();
    file_->replace();
    return sync_folder_of(file_->location());
  }
  if (const int error = opened_.close(); error != 0) throw IoError("cannot write", path_, error);
}

void write_output_file(const fs::path& path, std::string_view content) {
  OutputFile file = OutputFile::create(path);
  file.write(content);
  file.finish();
}

}  // namespace m2v::base
