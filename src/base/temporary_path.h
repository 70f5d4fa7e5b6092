#pragma once

#include <filesystem>
#include <string>

#include "base/signal_safe_list.h"
#include "m2v/export.h"

namespace m2v::base {

// These are internal, but libm2v exports them so that all libraries of a process share the state.

/// Registers a temporary file, or a folder created for an output, as long as this object lives, so
/// that prepare_to_exit() (m2v/signals.h) removes it. Move-only.
class M2V_API TemporaryPath {
 public:
  enum class Kind { kFile, kFolder };

  TemporaryPath() = default;
  /// Registers `path`. Must be called before the file or folder is created. Does nothing if `path`
  /// is relative and the current folder no longer exists.
  TemporaryPath(const std::filesystem::path& path, Kind kind);
  ~TemporaryPath() { forget(); }
  TemporaryPath(TemporaryPath&& other) noexcept : entry_(std::exchange(other.entry_, nullptr)) {}
  TemporaryPath& operator=(TemporaryPath&& other) noexcept {
    std::swap(entry_, other.entry_);
    return *this;
  }

  /// Cancels the registration, once the file has been renamed, removed or is to be kept.
  void forget() noexcept;

  struct Item {
    std::string path;  ///< Absolute, since the program may change its current folder.
    Kind kind;
  };

 private:
  SignalSafeList<Item>::Entry* entry_ = nullptr;
};

/// While an object of this class lives, signals that end the program are deferred (see
/// prepare_to_exit()). This protects the step of a save that moves the files into place.
class M2V_API SignalDeferral {
 public:
  SignalDeferral() noexcept;
  ~SignalDeferral();
  SignalDeferral(const SignalDeferral&) = delete;
  SignalDeferral& operator=(const SignalDeferral&) = delete;
};

}  // namespace m2v::base
