#include "io/input_bytes.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

#include "m2v/error.h"

namespace m2v::io {
namespace {

namespace fs = std::filesystem;

/// All that a pipe, a device or standard input gives until its end.
std::string read_stream(int descriptor, const fs::path& path) {
  constexpr std::size_t kStep = std::size_t{1} << 16;
  std::string content;
  std::size_t size = 0;
  while (true) {
    if (content.size() - size < kStep) content.resize(std::max(content.size() * 2, 2 * kStep));
    const ssize_t count = ::read(descriptor, content.data() + size, content.size() - size);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw IoError("cannot read", path, errno);
    if (count == 0) break;
    size += static_cast<std::size_t>(count);
  }
  content.resize(size);
  return content;
}

std::string read_pipe(const fs::path& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) throw IoError("cannot open", path, errno);
  try {
    std::string content = read_stream(descriptor, path);
    ::close(descriptor);
    return content;
  } catch (...) {
    ::close(descriptor);
    throw;
  }
}

/// Neither a regular file, which is mapped, nor a folder, which MappedFile refuses.
bool is_stream(const fs::path& path) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  return fs::exists(status) && !fs::is_regular_file(status) && !fs::is_directory(status);
}

}  // namespace

InputBytes::InputBytes(const std::filesystem::path& path) {
  if (path == "-") {
    streamed_ = read_stream(STDIN_FILENO, "standard input");
  } else if (is_stream(path)) {
    streamed_ = read_pipe(path);
  } else {
    mapped_ = core::MappedFile::open(path);
  }
}

}  // namespace m2v::io
