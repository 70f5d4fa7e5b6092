#pragma once

#include "m2v/error.h"

namespace m2v::cli {

/// Installs the command's signal handlers:
///
///   SIGINT, SIGTERM   while an InterruptGuard exists, the first one sets a flag that stops the
///                     work; otherwise like SIGHUP
///   SIGHUP            removes the temporary files and terminates the program by the signal
///   SIGXFSZ           ignored: exceeding the limit on file sizes becomes an ordinary write error
///   SIGBUS            reports a mapped file that was truncated while in use, by name, and exits
///                     with code 1
///
/// Signals that are ignored when the program starts, e.g. by nohup, stay ignored (except SIGBUS).
void handle_signals();

/// Terminates the program by SIGPIPE after the reader of its output has gone away, as other
/// commands do, so that a shell sees exit code 141. (The library itself reports a broken pipe as an
/// error.) Returns only if the parent process made the program ignore SIGPIPE.
void die_of_broken_pipe();

/// While an object of this class exists, the first SIGINT (Ctrl-C) or SIGTERM sets a flag instead
/// of ending the program. A second one ends it.
class InterruptGuard {
 public:
  InterruptGuard() noexcept;
  ~InterruptGuard();
  InterruptGuard(const InterruptGuard&) = delete;
  InterruptGuard& operator=(const InterruptGuard&) = delete;
};

/// Thrown if the user interrupted but a partial result was saved, which the message describes.
class Interrupted : public Error {
 public:
  using Error::Error;
};

/// Returns whether an InterruptGuard has caught a signal.
bool interrupted() noexcept;
/// Throws Cancelled if interrupted().
void throw_if_interrupted();

}  // namespace m2v::cli
