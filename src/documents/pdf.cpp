#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <iterator>
#include <string>

#include "base/descriptor.h"
#include "documents/readers.h"
#include "m2v/error.h"

extern char** environ;  // NOLINT(readability-redundant-declaration)

namespace m2v::documents {
namespace {

using Clock = std::chrono::steady_clock;

constexpr char kProgram[] = "pdftotext";
constexpr auto kTimeLimit = std::chrono::seconds(60);  // time limit for one file

/// A running pdftotext process, and the pipe from its standard output. The destructor kills it.
class Extraction {
 public:
  explicit Extraction(const std::filesystem::path& path) : path_(path) {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) throw IoError("cannot read", path, errno);
    pipe_ = base::Descriptor(ends[0]);
    const base::Descriptor writing_end(ends[1]);
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    ::posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    // An absolute path cannot be mistaken for an option.
    std::string file = std::filesystem::absolute(path).string();
    std::string words[] = {kProgram, "-q", "-enc", "UTF-8", file, "-"};
    char* arguments[std::size(words) + 1] = {};
    std::ranges::transform(words, arguments, [](std::string& word) { return word.data(); });
    const int problem = ::posix_spawnp(&process_, kProgram, &actions, nullptr, arguments, environ);
    ::posix_spawn_file_actions_destroy(&actions);
    if (problem != 0) {
      process_ = 0;
      if (problem == ENOENT) throw NoPdfProgram();
      throw IoError("cannot start", kProgram, problem);
    }
  }
  Extraction(const Extraction&) = delete;
  Extraction& operator=(const Extraction&) = delete;
  ~Extraction() {
    if (process_ != 0) {
      ::kill(process_, SIGKILL);
      wait();
    }
  }

  /// Returns the whole output of the program. Throws Error if it fails, exceeds the time limit, or
  /// writes more than `max_bytes`.
  std::string read(std::size_t max_bytes) {
    constexpr std::size_t kStep = std::size_t{1} << 16;
    const Clock::time_point end = Clock::now() + kTimeLimit;
    std::string text;
    std::size_t size = 0;
    while (true) {
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - Clock::now()).count();
      pollfd watched{pipe_.number(), POLLIN, 0};
      const int ready = ::poll(&watched, 1, static_cast<int>(std::max<std::int64_t>(left, 0)));
      if (ready < 0 && errno == EINTR) continue;
      if (ready <= 0) fail("pdftotext does not come to an end");
      text.resize(size + kStep);
      const ssize_t count = ::read(pipe_.number(), text.data() + size, kStep);
      if (count < 0) fail("cannot read the output of pdftotext");
      size += static_cast<std::size_t>(count);
      text.resize(size);
      if (count == 0) break;
      if (size > max_bytes) fail("has more than " + std::to_string(max_bytes) + " bytes of text");
    }
    if (wait() != 0) fail("pdftotext finds no text in it");
    return text;
  }

 private:
  int wait() {
    int status = 0;
    while (::waitpid(process_, &status, 0) < 0 && errno == EINTR) {
    }
    process_ = 0;
    return status;
  }
  [[noreturn]] void fail(const std::string& problem) const {
    throw Error(path_.string() + ": " + problem);
  }

  const std::filesystem::path& path_;
  pid_t process_ = 0;
  base::Descriptor pipe_;
};

}  // namespace

Document read_pdf(const std::filesystem::path& path, std::size_t max_bytes) {
  const std::string all = Extraction(path).read(max_bytes);
  Document document;
  document.locations = LocationUnit::kPages;
  std::uint32_t number = 1;
  for (std::size_t begin = 0; begin < all.size(); ++number) {
    const std::size_t end = std::min(all.find('\f', begin), all.size());
    const Document page = read_text(all.substr(begin, end - begin));
    for (Block block : page.blocks) {
      block.begin += document.text.size();
      block.end += document.text.size();
      block.location = number;
      document.blocks.push_back(block);
    }
    document.text += page.text + "\n";
    begin = end + 1;
  }
  return document;
}

}  // namespace m2v::documents
