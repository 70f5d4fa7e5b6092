#pragma once

#include <signal.h>

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

#include "m2v/error.h"
#include "m2v/event.h"

namespace m2v::cli {

/// Tells the user on standard error how long work goes on: a progress bar on a terminal, nothing in
/// a pipe; warnings always.
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

/// While one lives, Ctrl-C (or SIGTERM) does not end the program but sets a flag; a second one ends
/// it.
class InterruptGuard {
 public:
  InterruptGuard();
  ~InterruptGuard();
  InterruptGuard(const InterruptGuard&) = delete;
  InterruptGuard& operator=(const InterruptGuard&) = delete;

 private:
  struct sigaction old_interrupt_{};
  struct sigaction old_terminate_{};
};

/// The user has interrupted, and something was saved nevertheless: the message says what.
class Interrupted : public Error {
 public:
  using Error::Error;
};

bool interrupted() noexcept;
/// Throws Cancelled if the user has interrupted.
void throw_if_interrupted();

}  // namespace m2v::cli
