#pragma once

#include "m2v/error.h"

namespace m2v::cli {

/// What the command does with signals, all of it:
///
///   SIGINT, SIGTERM   while an InterruptGuard lives the first one asks the work to stop; else as
///   SIGHUP            the temporary files are removed, and the program dies of the signal
///   SIGXFSZ           ignored: a file that may not grow is an error, as a full disk is
///   SIGBUS            a mapped file that somebody has made shorter is an error that names it
///
/// What is ignored when the program starts, as by nohup, stays ignored.
void handle_signals();

/// The reader of an output has gone, and there is nobody to tell. The library reports that as an
/// error; a command ends by SIGPIPE, as others do, so that a shell sees 141. Returns only where
/// whoever started the command has switched the signal off.
void die_of_broken_pipe();

/// While one lives, Ctrl-C (or SIGTERM) does not end the program but sets a flag; a second one ends
/// it.
class InterruptGuard {
 public:
  InterruptGuard() noexcept;
  ~InterruptGuard();
  InterruptGuard(const InterruptGuard&) = delete;
  InterruptGuard& operator=(const InterruptGuard&) = delete;
};

/// The user has interrupted, and something was saved nevertheless: the message says what.
class Interrupted : public Error {
 public:
  using Error::Error;
};

bool interrupted() noexcept;
/// Throws Cancelled if the user has interrupted.
void throw_if_interrupted();

}  // namespace m2v::cli
