#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <thread>

#include "m2v/cancellation.h"

namespace m2v {

/// The state that all threads working for one call share. Only the owner calls `keep_going`.
struct [[gnu::visibility("hidden")]] CancellationScope::Impl {
  std::function<bool()> keep_going;
  std::thread::id owner = std::this_thread::get_id();  ///< The thread that made the scope.
  Impl* outer = nullptr;  ///< The enclosing scope of the owner, or null.
  /// The earliest time of the next call of `keep_going`. Used by the owner only.
  std::chrono::steady_clock::time_point next{};
  std::atomic<bool> cancelled = false;  ///< Whether `keep_going` has returned false.
};

}  // namespace m2v

namespace m2v::base {

// These functions are internal, but libm2v exports them so that all libraries of a process share
// the state.

/// Returns the innermost scope of this thread, or null if there is none.
M2V_API CancellationScope::Impl* cancellation() noexcept;
/// Sets the innermost scope of this thread; null means none.
M2V_API void set_cancellation(CancellationScope::Impl* scope) noexcept;

/// Throws Cancelled if the innermost scope of this thread has been cancelled. On the thread that
/// made the scope, it also calls `keep_going`, at most once every 100 ms. Almost free without a
/// scope; with one, it costs a clock reading.
M2V_API void check_cancelled();

/// Calls check_cancelled() once every `steps` calls of step(), for loops with short iterations.
class CancellationChecks {
 public:
  /// Precondition: `steps` is at least 1.
  explicit CancellationChecks(unsigned steps) noexcept : steps_(steps), left_(steps) {}

  /// Counts one iteration. Throws Cancelled as check_cancelled() does.
  void step() {
    if (--left_ != 0) [[likely]]
      return;
    left_ = steps_;
    check_cancelled();
  }

 private:
  unsigned steps_;
  unsigned left_;
};

}  // namespace m2v::base
