#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

#include "cli/signals.h"
#include "m2v/event.h"

namespace m2v::cli {

/// Reports to the user on standard error. Shows progress bars on a terminal only; prints notes and
/// warnings in any case. After be_quiet() it prints warnings only.
class Reporter {
 public:
  Reporter();
  ~Reporter();
  Reporter(const Reporter&) = delete;
  Reporter& operator=(const Reporter&) = delete;

  /// Draws the progress bar: `done` of `total` units of the stage. `metrics` is shown after the
  /// bar, e.g. "loss 0.312". Redraws at most ten times per second.
  void progress(std::string_view stage, std::size_t done, std::size_t total,
                std::string_view metrics = {});
  /// Prints a line above the progress bar, on a terminal only.
  void line(std::string_view text);
  /// Prints a line whether or not standard error is a terminal, e.g. which file was written.
  void note(std::string_view text);
  /// Prints a warning.
  void warn(std::string_view message);
  /// Returns a callback for the library's functions. It reports each event and returns false once
  /// the user has interrupted. It must not be called after this object is destroyed.
  OnEvent on_event();
  /// Removes the progress bar from the screen.
  void clear();

 private:
  using Clock = std::chrono::steady_clock;
  void draw(std::size_t done, std::size_t total, double seconds, std::string_view metrics);

  bool terminal_;
  bool drawn_ = false;
  std::string stage_;
  Clock::time_point started_;
  Clock::time_point last_drawn_;
};

/// Suppresses progress and notes from now on (--quiet). Affects reporters constructed later; call
/// it before threads are started.
void be_quiet() noexcept;
/// Returns whether be_quiet() has been called.
bool is_quiet() noexcept;

}  // namespace m2v::cli
