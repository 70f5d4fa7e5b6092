#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include "m2v/error.h"
#include "m2v/event.h"

namespace m2v::base {

/// Sends events to the caller's callback, which may be empty and must outlive this object.
/// progress() and warn() throw Cancelled if the callback returns false.
class Events {
 public:
  explicit Events(const OnEvent& on_event) : on_event_(on_event) {}

  /// Reports that `done` of `total` units of a stage are complete.
  void progress(std::string_view stage, std::size_t done, std::size_t total,
                std::string message = {}) const {
    send({.kind = Event::Kind::kProgress,
          .stage = stage,
          .done = done,
          .total = total,
          .message = std::move(message)});
  }

  /// Reports a warning.
  void warn(std::string_view stage, std::string message) const {
    send({.kind = Event::Kind::kWarning,
          .stage = stage,
          .done = 0,
          .total = 0,
          .message = std::move(message)});
  }

 private:
  void send(const Event& event) const {
    if (on_event_ && !on_event_(event)) throw Cancelled();
  }

  const OnEvent& on_event_;
};

}  // namespace m2v::base
