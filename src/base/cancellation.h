#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <thread>

#include "m2v/cancellation.h"

namespace m2v {

/// What the threads that work for one call share.
struct [[gnu::visibility("hidden")]] CancellationScope::Impl {
  std::function<bool()> keep_going;
  std::thread::id owner = std::this_thread::get_id();
  Impl* outer = nullptr;
  std::chrono::steady_clock::time_point next{};  // the owner's alone
  std::atomic<bool> cancelled = false;
};

}  // namespace m2v

namespace m2v::core {

// Exported by libm2v, though internal: all libraries of a process share this state.

/// The innermost scope of this thread; null: there is none.
M2V_API CancellationScope::Impl* cancellation() noexcept;
/// Makes this thread work for a scope, or for none.
M2V_API void set_cancellation(CancellationScope::Impl* scope) noexcept;

/// Throws Cancelled if the scope says so. Costs next to nothing without a scope, and with one what
/// it takes to read a clock.
M2V_API void check_cancelled();

/// The same, once in so many calls: for loops whose steps are short.
class CancellationChecks {
 public:
  explicit CancellationChecks(unsigned steps) noexcept : steps_(steps), left_(steps) {}

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

}  // namespace m2v::core
