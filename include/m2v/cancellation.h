#pragma once

#include <functional>
#include <memory>

#include "m2v/export.h"

// Cancellation of any call, including those without an OnEvent parameter.
//
//   const m2v::CancellationScope scope([] { return !g_interrupted; });
//   model.encode(texts, vectors);  // throws m2v::Cancelled if g_interrupted is set

namespace m2v {

/// Makes all calls of the current thread cancellable as long as the object exists. `keep_going` is
/// called about ten times a second, on this thread, even if the work runs on others. When it
/// returns false, the call throws Cancelled; it has changed nothing but its output, whose content
/// is then unspecified. Scopes may be nested; only the innermost one is in effect. A scope must be
/// destroyed on the thread that made it.
class M2V_API CancellationScope {
 public:
  /// `keep_going` must not throw.
  explicit CancellationScope(std::function<bool()> keep_going);
  ~CancellationScope();
  CancellationScope(const CancellationScope&) = delete;
  CancellationScope& operator=(const CancellationScope&) = delete;

  /// Throws Cancelled if the innermost scope of this thread has been cancelled. For loops over
  /// calls that are too short to check by themselves. Does nothing without a scope.
  static void check();

  struct Impl;

 private:
  std::unique_ptr<Impl> impl_;
};

}  // namespace m2v
