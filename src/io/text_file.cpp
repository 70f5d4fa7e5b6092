#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <deque>
#include <string>
#include <system_error>
#include <utility>

#include "core/mapped_file.h"
#include "io/text_format.h"
#include "m2v/error.h"
#include "m2v/io.h"

namespace m2v {
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

struct TextFile::Impl {
  core::MappedFile mapped;
  std::string streamed;
  std::deque<std::string> decoded;  ///< Texts of JSONL; a deque leaves them where they are.
  std::vector<std::string_view> texts;
  std::size_t bytes = 0;
};

TextFile TextFile::read(const std::filesystem::path& path) {
  auto impl = std::make_unique<Impl>();
  std::string_view content;
  if (path == "-") {
    impl->streamed = read_stream(STDIN_FILENO, "standard input");
    content = impl->streamed;
  } else if (is_stream(path)) {
    impl->streamed = read_pipe(path);
    content = impl->streamed;
  } else {
    impl->mapped = core::MappedFile::open(path);
    content = impl->mapped.text();
  }
  const io::TextFormat format(path);
  impl->texts.reserve(static_cast<std::size_t>(std::ranges::count(content, '\n')) + 1);
  std::string decoded;
  for (std::size_t number = 1; !content.empty(); ++number) {
    const std::string_view line = content.substr(0, content.find('\n'));
    content.remove_prefix(std::min(content.size(), line.size() + 1));
    std::string_view text = format.text(line, number, decoded);
    if (format.is_decoded()) text = impl->decoded.emplace_back(std::move(decoded));
    impl->texts.push_back(text);
    impl->bytes += text.size();
  }
  return TextFile(std::move(impl));
}

TextFile::TextFile(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
TextFile::~TextFile() = default;
TextFile::TextFile(TextFile&&) noexcept = default;
TextFile& TextFile::operator=(TextFile&&) noexcept = default;

Texts TextFile::texts() const noexcept { return impl_->texts; }
std::size_t TextFile::bytes() const noexcept { return impl_->bytes; }

}  // namespace m2v
