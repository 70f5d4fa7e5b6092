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

#include "corpus/readers.h"
#include "m2v/error.h"

extern char** environ;  // NOLINT(readability-redundant-declaration)

namespace m2v::corpus {
namespace {

using Clock = std::chrono::steady_clock;

constexpr char kProgram[] = "pdftotext";
constexpr auto kPatience = std::chrono::seconds(60);  // a file that takes longer does harm

/// The program at work on a file, with a pipe from it.
class Extraction {
 public:
  explicit Extraction(const std::filesystem::path& path) : path_(path) {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) throw IoError("cannot read", path, errno);
    pipe_ = ends[0];
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    ::posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    // An absolute path cannot be taken for an option.
    std::string file = std::filesystem::absolute(path).string();
    std::string words[] = {kProgram, "-q", "-enc", "UTF-8", file, "-"};
    char* arguments[std::size(words) + 1] = {};
    std::ranges::transform(words, arguments, [](std::string& word) { return word.data(); });
    const int problem = ::posix_spawnp(&process_, kProgram, &actions, nullptr, arguments, environ);
    ::posix_spawn_file_actions_destroy(&actions);
    ::close(ends[1]);
    if (problem != 0) {
      process_ = 0;
      ::close(pipe_);
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
    ::close(pipe_);
  }

  /// All that the program has to say.
  std::string read(std::size_t max_bytes) {
    constexpr std::size_t kStep = std::size_t{1} << 16;
    const Clock::time_point end = Clock::now() + kPatience;
    std::string text;
    std::size_t size = 0;
    while (true) {
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - Clock::now()).count();
      pollfd watched{pipe_, POLLIN, 0};
      const int ready = ::poll(&watched, 1, static_cast<int>(std::max<std::int64_t>(left, 0)));
      if (ready < 0 && errno == EINTR) continue;
      if (ready <= 0) fail("pdftotext does not come to an end");
      text.resize(size + kStep);
      const ssize_t count = ::read(pipe_, text.data() + size, kStep);
      if (count < 0) fail("pdftotext cannot be read");
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
  int pipe_ = -1;
};

}  // namespace

Document read_pdf(const std::filesystem::path& path, std::size_t max_bytes) {
  const std::string all = Extraction(path).read(max_bytes);
  Document document;
  document.places = Places::kPages;
  std::uint32_t number = 1;
  for (std::size_t begin = 0; begin < all.size(); ++number) {
    const std::size_t end = std::min(all.find('\f', begin), all.size());
    const Document page = read_text(all.substr(begin, end - begin));
    for (Block block : page.blocks) {
      block.begin += document.text.size();
      block.end += document.text.size();
      block.place = number;
      document.blocks.push_back(block);
    }
    document.text += page.text + "\n";
    begin = end + 1;
  }
  return document;
}

}  // namespace m2v::corpus
