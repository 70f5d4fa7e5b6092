#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

// Progress reports and warnings. Every call that may take long has an OnEvent parameter; an empty
// one, which is the default, ignores all events.
//
//   const auto on_event = [](const m2v::Event& event) {
//     if (event.kind == m2v::Event::Kind::kWarning) std::cerr << event.message << "\n";
//     return true;  // false cancels the call
//   };

namespace m2v {

/// A progress report or a warning of a call that is running. Views in it are valid during the
/// callback only.
struct Event {
  enum class Kind { kProgress, kWarning };
  Kind kind = Kind::kProgress;
  std::string_view stage;  ///< The current stage, for example "forward pass".
  std::size_t done = 0;    ///< Number of finished units out of `total`; progress only.
  std::size_t total = 0;   ///< Number of units in this stage; progress only.
  /// For a warning, one sentence. For progress, metrics to display, such as "loss 0.312"; may be
  /// empty.
  std::string message;
};

/// A callback for events. It is called on the thread that made the call, and never on two threads
/// at once. Returning false cancels the call, which then throws m2v::Cancelled and leaves nothing
/// half done. May be empty.
using OnEvent = std::function<bool(const Event&)>;

}  // namespace m2v
