#pragma once

#include <filesystem>
#include <string>

#include "core/signal_safe_list.h"
#include "m2v/export.h"

namespace m2v::core {

// Exported by libm2v, though internal: all libraries of a process share this state.

/// Tells signal handlers (m2v/signals.h) of a temporary file, or of a folder that was made for what
/// is being written, while it lives.
class M2V_API TemporaryPath {
 public:
  enum class Kind { kFile, kFolder };

  TemporaryPath() = default;
  /// To be made before the file is.
  TemporaryPath(const std::filesystem::path& path, Kind kind);
  ~TemporaryPath() { forget(); }
  TemporaryPath(TemporaryPath&& other) noexcept : entry_(std::exchange(other.entry_, nullptr)) {}
  TemporaryPath& operator=(TemporaryPath&& other) noexcept {
    std::swap(entry_, other.entry_);
    return *this;
  }

  void forget() noexcept;  ///< The file has another name now, or none.

  struct Item {
    std::string path;  ///< Absolute, since the program may change its folder.
    Kind kind;
  };

 private:
  SignalSafeList<Item>::Entry* entry_ = nullptr;
};

/// While one lives, a signal waits: between its constructor and its destructor the files that are
/// being saved get their places.
class M2V_API UnbrokenStep {
 public:
  UnbrokenStep() noexcept;
  ~UnbrokenStep();
  UnbrokenStep(const UnbrokenStep&) = delete;
  UnbrokenStep& operator=(const UnbrokenStep&) = delete;
};

}  // namespace m2v::core
