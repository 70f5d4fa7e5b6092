#include "corpus/readers.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string_view>
#include <utility>

#include "m2v/error.h"

namespace m2v::corpus {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kLookedAt = 8192;  // bytes in which a binary file shows that it is one

struct Descriptor {
  int fd;
  ~Descriptor() {
    if (fd >= 0) ::close(fd);
  }
};

/// Reads and does not map: people's files change while they are read, and a mapped file that
/// becomes shorter would end the program.
std::string read_file(const fs::path& path, std::size_t max_bytes) {
  const Descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
  if (file.fd < 0) throw IoError("cannot open", path, errno);
  struct stat status{};
  if (::fstat(file.fd, &status) != 0) throw IoError("cannot read", path, errno);
  if (static_cast<std::size_t>(status.st_size) > max_bytes) {
    throw Error(path.string() + ": has more than " + std::to_string(max_bytes) + " bytes");
  }
  std::string bytes(static_cast<std::size_t>(status.st_size), '\0');
  std::size_t size = 0;
  while (size < bytes.size()) {
    const ssize_t count = ::read(file.fd, bytes.data() + size, bytes.size() - size);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw IoError("cannot read", path, errno);
    if (count == 0) break;
    size += static_cast<std::size_t>(count);
  }
  bytes.resize(size);
  if (bytes.starts_with("\xEF\xBB\xBF")) bytes.erase(0, 3);
  return bytes;
}

bool is_binary(std::string_view bytes) {
  return bytes.substr(0, kLookedAt).find('\0') != std::string_view::npos;
}

}  // namespace

std::optional<Document> read_document(const fs::path& path, Kind kind, std::size_t max_bytes,
                                      std::vector<std::string>& warnings) {
  if (kind == Kind::kPdf) return read_pdf(path, max_bytes);
  std::string bytes = read_file(path, max_bytes);
  if (is_binary(bytes)) return std::nullopt;
  switch (kind) {
    case Kind::kMarkdown:
      return read_markdown(std::move(bytes));
    case Kind::kHtml:
      return read_html(bytes);
    case Kind::kJsonLines:
      return read_json_lines(bytes, path.string(), warnings);
    case Kind::kCsv:
      return read_table(bytes, ',');
    case Kind::kTsv:
      return read_table(bytes, '\t');
    case Kind::kCode:
      return read_code(std::move(bytes));
    case Kind::kText:
    case Kind::kPdf:
      break;
  }
  return read_text(std::move(bytes));
}

}  // namespace m2v::corpus
