#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

#include "cli/signals.h"
#include "m2v/event.h"

namespace m2v::cli {

/// Tells the user on standard error how long work goes on and what was written: a progress bar on a
/// terminal, nothing in a pipe; notes and warnings always, but after be_quiet() warnings alone.
class Reporter {
 public:
  Reporter();
  ~Reporter();
  Reporter(const Reporter&) = delete;
  Reporter& operator=(const Reporter&) = delete;

  /// `figures` stand behind the bar, e.g. "loss 0.312".
  void progress(std::string_view stage, std::size_t done, std::size_t total,
                std::string_view figures = {});
  /// A line that stays, on a terminal only.
  void line(std::string_view text);
  /// A line that stays, in a pipe too: what was written, and where.
  void note(std::string_view text);
  void warn(std::string_view message);
  /// For the library's calls: reports, and returns false once the user has interrupted.
  OnEvent on_event();
  /// Takes the bar off the screen.
  void clear();

 private:
  using Clock = std::chrono::steady_clock;
  void draw(std::size_t done, std::size_t total, double seconds, std::string_view figures);

  bool terminal_;
  bool drawn_ = false;
  std::string stage_;
  Clock::time_point started_;
  Clock::time_point last_drawn_;
};

/// What --quiet does: from now on there is no progress and there are no notes.
void be_quiet() noexcept;
bool is_quiet() noexcept;

}  // namespace m2v::cli
