#include "cli/reporter.h"

#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "cli/terminal.h"

namespace m2v::cli {
namespace {

bool quiet = false;  // set while the arguments are parsed, when there is only one thread

std::string time_left(double seconds) {
  const auto whole = static_cast<unsigned long>(std::lround(seconds));
  char text[32];
  std::snprintf(text, sizeof text, "%lu:%02lu", whole / 60, whole % 60);
  return text;
}

}  // namespace

Reporter::Reporter() {
  const char* type = std::getenv("TERM");
  terminal_ =
      is_terminal(STDERR_FILENO) && !(type != nullptr && std::strcmp(type, "dumb") == 0) && !quiet;
}
Reporter::~Reporter() { clear(); }

void Reporter::progress(std::string_view stage, std::size_t done, std::size_t total,
                        std::string_view metrics) {
  if (!terminal_) return;
  const Clock::time_point now = Clock::now();
  const bool new_stage = stage != stage_;
  if (new_stage) {
    stage_ = stage;
    started_ = now;
  }
  // Ten times per second looks smooth; drawing more often would only cost time.
  if (!new_stage && done < total && now - last_drawn_ < std::chrono::milliseconds(100)) return;
  last_drawn_ = now;
  draw(done, total, std::chrono::duration<double>(now - started_).count(), metrics);
}

void Reporter::draw(std::size_t done, std::size_t total, double seconds, std::string_view metrics) {
  const std::size_t bar_width = metrics.empty() ? 24 : 12;
  const double fraction =
      total > 0 ? std::min(1.0, static_cast<double>(done) / static_cast<double>(total)) : 0.0;
  const auto filled = static_cast<std::size_t>(fraction * static_cast<double>(bar_width));
  std::string line = stage_ + std::string(stage_.size() < 16 ? 16 - stage_.size() : 1, ' ');
  line += "[" + std::string(filled, '=') + std::string(bar_width - filled, ' ') + "] ";
  line += fixed(fraction * 100, 0) + "%";
  if (done > 0 && seconds > 0.3) {
    const double rate = static_cast<double>(done) / seconds;
    line += "  " + with_separators(static_cast<std::size_t>(rate)) + "/s";
    if (done < total) line += "  " + time_left(static_cast<double>(total - done) / rate) + " left";
  }
  if (!metrics.empty()) line.append("  ").append(metrics);
  // A line that wraps could not be overwritten.
  const std::size_t columns = terminal_columns(STDERR_FILENO);
  line = "\r" + printable(line, columns > 0 ? columns - 1 : 0) + "\033[K";
  std::fwrite(line.data(), 1, line.size(), stderr);
  std::fflush(stderr);
  drawn_ = true;
}

void Reporter::clear() {
  if (!drawn_) return;
  std::fputs("\r\033[K", stderr);
  std::fflush(stderr);
  drawn_ = false;
}

void Reporter::line(std::string_view text) {
  if (!terminal_) return;
  clear();
  const std::string line = printable(text) + "\n";
  std::fwrite(line.data(), 1, line.size(), stderr);
}

void Reporter::note(std::string_view text) {
  if (quiet) return;
  clear();
  const std::string line = printable(text) + "\n";
  std::fwrite(line.data(), 1, line.size(), stderr);
}

void Reporter::warn(std::string_view message) {
  clear();
  const std::string line = "m2v: warning: " + printable(message) + "\n";
  std::fwrite(line.data(), 1, line.size(), stderr);
}

OnEvent Reporter::on_event() {
  return [this](const Event& event) {
    if (event.kind == Event::Kind::kWarning) {
      warn(event.message);
    } else {
      progress(event.stage, event.done, event.total, event.message);
    }
    return !interrupted();
  };
}

void be_quiet() noexcept { quiet = true; }
bool is_quiet() noexcept { return quiet; }

}  // namespace m2v::cli
