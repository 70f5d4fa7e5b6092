#include "cli/live_search.h"

#include <poll.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string_view>

#include "cli/output.h"
#include "cli/reporter.h"
#include "cli/terminal.h"
#include "cli/utf8.h"
#include "m2v/error.h"

namespace m2v::cli {
namespace {

constexpr std::string_view kPrompt = "> ";
constexpr std::string_view kClearBelow = "\r\033[J";

/// Puts the terminal into a mode without line buffering and echo until destroyed.
class KeyByKey {
 public:
  KeyByKey() {
    if (::tcgetattr(STDIN_FILENO, &before_) != 0) {
      throw IoError("cannot read from", "the terminal", errno);
    }
    termios now = before_;
    now.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO | ISIG | IEXTEN);
    now.c_iflag &= ~static_cast<tcflag_t>(IXON | ICRNL);
    ::tcsetattr(STDIN_FILENO, TCSADRAIN, &now);
  }
  ~KeyByKey() { ::tcsetattr(STDIN_FILENO, TCSADRAIN, &before_); }
  KeyByKey(const KeyByKey&) = delete;
  KeyByKey& operator=(const KeyByKey&) = delete;

 private:
  termios before_{};
};

/// Returns whether a key arrives in time. Waits without limit if `milliseconds` is negative.
/// Throws Cancelled if a signal interrupts the program.
bool wait_for_key(int milliseconds) {
  // Another thread may handle the signal, or it may arrive just before poll(). Then poll() is not
  // interrupted, so the flag is checked every kStep milliseconds.
  constexpr int kStep = 100;
  pollfd watched{STDIN_FILENO, POLLIN, 0};
  while (true) {
    const int ready = ::poll(&watched, 1, milliseconds < 0 ? kStep : milliseconds);
    throw_if_interrupted();
    if (ready > 0) return true;
    if (ready == 0 ? milliseconds >= 0 : errno != EINTR) return false;
  }
}

/// Returns the next byte of standard input, or -1 at its end.
int read_byte() {
  unsigned char byte = 0;
  while (true) {
    const ssize_t count = ::read(STDIN_FILENO, &byte, 1);
    throw_if_interrupted();
    if (count == 1) return byte;
    if (count == 0 || errno != EINTR) return -1;
  }
}

class LiveSearch {
 public:
  LiveSearch(std::string query, const Answerer& answer)
      : query_(std::move(query)), answer_(answer) {}

  void run() {
    draw();
    while (wait_for_key(-1)) {
      const std::string before = query_;
      // Read everything typed in the meantime before searching again.
      do {
        if (!take(read_byte())) return erase();
      } while (wait_for_key(0));
      if (query_ != before || redraw_) draw();
    }
    erase();
  }

 private:
  /// Handles one key. Returns false if it ends the search.
  bool take(int byte) {
    constexpr int kEnd = -1, kCtrlC = 3, kCtrlD = 4, kBackspace = 8, kLineFeed = 10, kReturn = 13,
                  kCtrlU = 21, kCtrlW = 23, kEscape = 27, kDelete = 127;
    switch (byte) {
      case kEnd:
      case kCtrlC:
      case kCtrlD:
        return false;
      case kBackspace:
      case kDelete:
        drop_character();
        break;
      case kLineFeed:
      case kReturn:
        keep_answer();
        break;
      case kCtrlU:
        query_.clear();
        break;
      case kCtrlW:
        while (query_.ends_with(' ')) query_.pop_back();
        query_.erase(query_.find_last_of(' ') + 1);
        break;
      case kEscape:
        take_escape();
        break;
      default:
        if (byte >= 0x20) query_ += static_cast<char>(byte);
    }
    return true;
  }

  void drop_character() {
    while (!query_.empty() && (static_cast<unsigned char>(query_.back()) & 0xC0) == 0x80) {
      query_.pop_back();
    }
    if (!query_.empty()) query_.pop_back();
  }

  /// Handles the Escape key, which clears the query, and skips escape sequences, which other keys
  /// such as arrows send.
  void take_escape() {
    constexpr int kPatience = 20;  // milliseconds
    if (!wait_for_key(kPatience)) {
      query_.clear();
      return;
    }
    const int kind = read_byte();
    if (kind != '[' && kind != 'O') return;
    while (wait_for_key(kPatience)) {
      const int byte = read_byte();
      if (byte < 0 || (byte >= 0x40 && byte <= 0x7E)) return;
    }
  }

  void keep_answer() {
    if (query_.find_first_not_of(' ') == std::string::npos) return;
    output_ << kClearBelow << kPrompt << printable(query_) << "\n" << shown() << "\n";
    query_.clear();
    redraw_ = true;
  }

  /// Returns the part of the answer that fits below the query.
  std::string shown() const {
    winsize size{};
    ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size);
    const std::size_t columns = size.ws_col > 0 ? size.ws_col : 80;
    const std::size_t lines = size.ws_row > 4 ? size.ws_row - 3u : 20;
    const std::string text = answer_(query_, columns, lines);
    std::size_t end = 0;
    for (std::size_t i = 0; i < lines && end < text.size(); ++i) end = text.find('\n', end) + 1;
    return text.substr(0, end);
  }

  /// Draws the query (only its end if it is too long) and the answer, and puts the cursor after the
  /// query.
  void draw() {
    redraw_ = false;
    const std::size_t terminal = terminal_columns(STDOUT_FILENO);
    const std::size_t max_columns = terminal > 12 ? terminal - 4 : 80;
    const std::string query = printable(query_);
    std::string_view tail = query;
    while (width_of(tail) > max_columns) tail.remove_prefix(next_character(tail).size);
    const std::string answer = shown();
    output_ << kClearBelow << kPrompt << tail << "\n" << answer;
    const auto up = static_cast<std::size_t>(std::ranges::count(answer, '\n')) + 1;
    output_ << "\033[" << std::to_string(up) << "A\r\033["
            << std::to_string(kPrompt.size() + width_of(tail)) << "C";
    output_.flush();
  }

  static std::size_t width_of(std::string_view text) {
    std::size_t width = 0;
    while (!text.empty()) {
      const Character character = next_character(text);
      width += static_cast<std::size_t>(column_width(character.code));
      text.remove_prefix(character.size);
    }
    return width;
  }

  void erase() {
    output_ << kClearBelow;
    output_.flush();
  }

  std::string query_;
  const Answerer& answer_;
  Output output_;
  bool redraw_ = false;
};

}  // namespace

void search_while_typing(std::string query, const Answerer& answer) {
  const InterruptGuard signals;
  const KeyByKey keys;
  LiveSearch(std::move(query), answer).run();
}

}  // namespace m2v::cli
