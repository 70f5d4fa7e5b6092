#include "cli/signals.h"

#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <cstddef>
#include <cstring>

#include "m2v/signals.h"

namespace m2v::cli {
namespace {

std::atomic<int> guards{0};
std::atomic<bool> interrupt_flag{false};
static_assert(std::atomic<int>::is_always_lock_free && std::atomic<bool>::is_always_lock_free);

void write_error(const char* text) noexcept {
  static_cast<void>(!::write(STDERR_FILENO, text, std::strlen(text)));
}

/// Terminates the program by the signal, so that its parent process sees the cause. The signal is
/// blocked while its handler runs and takes effect when the handler returns.
void die_of(int signal) noexcept {
  ::signal(signal, SIG_DFL);
  ::raise(signal);
}

extern "C" void on_end(int signal) {
  const bool may_wait = signal != SIGHUP && guards.load() > 0;
  if (may_wait && !interrupt_flag.exchange(true)) return;
  if (prepare_to_exit(signal)) die_of(signal);
}

extern "C" void on_bad_page(int signal, siginfo_t* info, void*) {
  const char* const file = mapped_file_at(info->si_addr);
  if (file == nullptr) {  // not one of our mapped files: let the fault recur and end the program
    ::signal(signal, SIG_DFL);
    return;
  }
  write_error("m2v: ");
  write_error(file);
  write_error(": truncated while in use (replace such a file instead of overwriting it)\n");
  prepare_to_exit(signal);
  ::_exit(1);
}

void handle(int signal, void (*handler)(int)) {
  struct sigaction action{};
  ::sigaction(signal, nullptr, &action);
  if (action.sa_handler == SIG_IGN) return;
  action.sa_handler = handler;
  action.sa_flags = SA_RESTART;
  ::sigemptyset(&action.sa_mask);
  ::sigaction(signal, &action, nullptr);
}

}  // namespace

void handle_signals() {
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) handle(signal, on_end);
  handle(SIGXFSZ, SIG_IGN);
  struct sigaction action{};
  action.sa_sigaction = on_bad_page;
  action.sa_flags = SA_SIGINFO;
  ::sigemptyset(&action.sa_mask);
  ::sigaction(SIGBUS, &action, nullptr);
}

void die_of_broken_pipe() {
  sigset_t pipe;
  ::sigemptyset(&pipe);
  ::sigaddset(&pipe, SIGPIPE);
  ::sigprocmask(SIG_UNBLOCK, &pipe, nullptr);
  ::raise(SIGPIPE);
}

InterruptGuard::InterruptGuard() noexcept { ++guards; }
InterruptGuard::~InterruptGuard() { --guards; }

bool interrupted() noexcept { return interrupt_flag.load(); }

void throw_if_interrupted() {
  if (interrupted()) throw Cancelled();
}

}  // namespace m2v::cli
