#include "core/temporary_path.h"

#include <signal.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <system_error>

#include "m2v/signals.h"

namespace m2v {
namespace core {
namespace {

SignalSafeList<TemporaryPath::Item> items;
std::atomic<int> unbroken_steps{0};
std::atomic<int> waiting_signal{0};
static_assert(std::atomic<int>::is_always_lock_free, "handlers use them");

/// A folder goes after the files in it, and after the folders in it, which were made later.
void remove_all() noexcept {
  items.visit([](const TemporaryPath::Item& item) {
    if (item.kind == TemporaryPath::Kind::kFile) ::unlink(item.path.c_str());
    return false;
  });
  bool removed = true;
  while (removed) {
    removed = false;
    items.visit([&](const TemporaryPath::Item& item) {
      removed = item.kind == TemporaryPath::Kind::kFolder && ::rmdir(item.path.c_str()) == 0;
      return removed;
    });
  }
}

}  // namespace

TemporaryPath::TemporaryPath(const std::filesystem::path& path, Kind kind) {
  std::error_code error;
  const std::filesystem::path absolute = std::filesystem::absolute(path, error);
  if (error) return;  // the folder that we are in is gone: there is no path to give
  entry_ = items.add({absolute.string(), kind});
}

void TemporaryPath::forget() noexcept {
  if (entry_ != nullptr) items.remove(std::exchange(entry_, nullptr));
}

UnbrokenStep::UnbrokenStep() noexcept { ++unbroken_steps; }

UnbrokenStep::~UnbrokenStep() {
  --unbroken_steps;
  if (const int signal = waiting_signal.exchange(0); signal != 0) ::raise(signal);
}

}  // namespace core

bool prepare_to_end(int signal) noexcept {
  const int number = errno;  // the program may go on with it
  core::waiting_signal.store(signal);
  if (core::unbroken_steps.load() > 0) return false;
  core::waiting_signal.store(0);
  core::remove_all();
  errno = number;
  return true;
}

}  // namespace m2v
