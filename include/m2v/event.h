#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace m2v {

/// What a long call tells its caller while it runs.
struct Event {
  enum class Kind { kProgress, kWarning };
  Kind kind = Kind::kProgress;
  std::string_view stage;  ///< What is going on, e.g. "forward pass"; stable within a stage.
  std::size_t done = 0;    ///< Units finished, of `total`. Progress only.
  std::size_t total = 0;
  /// Of a warning, one sentence. Of progress, figures for people, such as "loss 0.312"; may be
  /// empty.
  std::string message;
};

/// Called from the thread that made the call, never from two threads at once. Returning false
/// cancels: the call throws m2v::Cancelled and leaves nothing half done. May be empty.
using OnEvent = std::function<bool(const Event&)>;

}  // namespace m2v
