#pragma once

#include <functional>
#include <memory>

#include "m2v/export.h"

namespace m2v {

/// Lets the calls that this thread makes be ended from within, those without an OnEvent too: while
/// the object lives, `keep_going` is asked about ten times a second, on this thread, whatever
/// thread the work runs on. When it returns false, the call throws Cancelled and has changed
/// nothing but its output, whose content is then unspecified. Scopes nest; the innermost is asked.
///
///   const CancellationScope scope([] { return !g_interrupted; });
///   model.encode(texts, vectors);
class M2V_API CancellationScope {
 public:
  /// `keep_going` does not throw.
  explicit CancellationScope(std::function<bool()> keep_going);
  ~CancellationScope();
  CancellationScope(const CancellationScope&) = delete;
  CancellationScope& operator=(const CancellationScope&) = delete;

  /// Throws Cancelled if the innermost scope of this thread says so: for loops over short calls.
  static void check();

  struct Impl;

 private:
  std::unique_ptr<Impl> impl_;
};

}  // namespace m2v
