#include "cli/output.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "m2v/error.h"
#include "m2v/text_file.h"

namespace m2v::cli {
namespace {

/// Writes all of `data`. Returns 0 or an errno value.
int write_all(int descriptor, std::string_view data) {
  while (!data.empty()) {
    const ssize_t written = ::write(descriptor, data.data(), data.size());
    if (written >= 0) {
      data.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno != EINTR) {
      return errno;
    }
  }
  return 0;
}

}  // namespace

void Output::flush() {
  const int problem = write_all(STDOUT_FILENO, buffer_);
  buffer_.clear();
  if (problem != 0) throw IoError("cannot write to", "standard output", problem);
}

void reserve_standard_descriptors() {
  for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (::fcntl(descriptor, F_GETFD) != -1 || errno != EBADF) continue;
    // open() returns the lowest free descriptor, which is the one just found closed.
    if (::open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY) == -1) return;
  }
}

void write_file(const std::string& path, std::string_view content) {
  TextWriter writer = TextWriter::open(path);
  writer.write(content);
  writer.finish();
}

}  // namespace m2v::cli
