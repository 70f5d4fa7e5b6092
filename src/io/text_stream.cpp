#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <deque>
#include <memory>
#include <string>
#include <utility>

#include "io/text_format.h"
#include "m2v/error.h"
#include "m2v/io.h"

namespace m2v {
namespace {

// Enough lines for every thread, few enough to hold their vectors as well.
constexpr std::size_t kBlockBytes = std::size_t{4} << 20;
constexpr std::size_t kBlockTexts = 16'384;

}  // namespace

struct TextStream::Impl {
  explicit Impl(const std::filesystem::path& source)
      : path(source == "-" ? "standard input" : source), format(source) {}
  ~Impl() {
    if (descriptor > STDIN_FILENO) ::close(descriptor);
  }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  bool read_more();
  void make_room();
  void take_lines(std::size_t end);

  std::filesystem::path path;
  io::TextFormat format;
  int descriptor = -1;
  std::unique_ptr<char[]> buffer;  // what has been read and not yet been given away lies ...
  std::size_t capacity = 0;
  std::size_t begin = 0;   // ... from here ...
  std::size_t filled = 0;  // ... to here
  bool at_end = false;
  std::size_t lines = 0;
  std::size_t done = 0;   // bytes given away
  std::size_t total = 0;  // bytes of a regular file
  std::vector<std::string_view> texts;
  std::deque<std::string> decoded;
};

/// Moves what is there to the front of a buffer that has as much room again. Its memory is not
/// cleared: a short text then costs no page of it but the first.
void TextStream::Impl::make_room() {
  filled -= begin;
  const std::size_t wanted = std::max(kBlockBytes, filled * 2);
  std::unique_ptr<char[]> larger;
  if (wanted > capacity) {
    larger = std::make_unique_for_overwrite<char[]>(wanted);
    capacity = wanted;
  }
  char* const target = larger ? larger.get() : buffer.get();
  if (filled > 0) std::memmove(target, buffer.get() + begin, filled);
  if (larger) buffer = std::move(larger);
  begin = 0;
}

/// Reads on behind what is there. False at the end of the input.
bool TextStream::Impl::read_more() {
  make_room();
  while (true) {
    const ssize_t count = ::read(descriptor, buffer.get() + filled, capacity - filled);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw IoError("cannot read", path, errno);
    filled += static_cast<std::size_t>(count);
    return count > 0;
  }
}

/// Takes the lines that end before `end`, as many as a block has.
void TextStream::Impl::take_lines(std::size_t end) {
  const std::size_t first = begin;
  while (begin < end && texts.size() < kBlockTexts) {
    const std::string_view rest(buffer.get() + begin, end - begin);
    const std::string_view line = rest.substr(0, rest.find('\n'));
    begin += std::min(rest.size(), line.size() + 1);
    std::string text;
    const std::string_view found = format.text(line, ++lines, text);
    texts.push_back(format.is_decoded() ? decoded.emplace_back(std::move(text)) : found);
  }
  done += begin - first;
}

TextStream TextStream::open(const std::filesystem::path& path) {
  auto impl = std::make_unique<Impl>(path);
  if (path == "-") {
    impl->descriptor = STDIN_FILENO;
    return TextStream(std::move(impl));
  }
  impl->descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (impl->descriptor < 0) throw IoError("cannot open", path, errno);
  struct stat status{};
  if (::fstat(impl->descriptor, &status) != 0) throw IoError("cannot read", path, errno);
  if (S_ISDIR(status.st_mode)) throw IoError("cannot read", path, EISDIR);
  if (S_ISREG(status.st_mode)) impl->total = static_cast<std::size_t>(status.st_size);
  return TextStream(std::move(impl));
}

Texts TextStream::next() {
  Impl& impl = *impl_;
  impl.texts.clear();
  impl.decoded.clear();
  while (true) {
    const std::string_view rest(impl.buffer.get() + impl.begin, impl.filled - impl.begin);
    const std::size_t last = rest.rfind('\n');
    if (last != std::string_view::npos || impl.at_end) {
      impl.take_lines(impl.at_end ? impl.filled : impl.begin + last + 1);
      return impl.texts;
    }
    impl.at_end = !impl.read_more();
  }
}

TextStream::TextStream(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
TextStream::~TextStream() = default;
TextStream::TextStream(TextStream&&) noexcept = default;
TextStream& TextStream::operator=(TextStream&&) noexcept = default;

std::size_t TextStream::bytes_read() const noexcept { return impl_->done; }
std::size_t TextStream::bytes_in_all() const noexcept { return impl_->total; }

}  // namespace m2v
