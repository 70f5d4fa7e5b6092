#include "base/temporary_path.h"

#include <signal.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <system_error>

#include "m2v/signals.h"

namespace m2v {
namespace base {
namespace {

SignalSafeList<TemporaryPath::Item> items;
std::atomic<int> deferrals{0};
std::atomic<int> waiting_signal{0};
static_assert(std::atomic<int>::is_always_lock_free, "handlers use them");

/// Removes all registered files and then the folders, repeatedly, because a folder can be removed
/// only after the folders in it.
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
  if (error) return;  // the current folder no longer exists, so there is no absolute path
  entry_ = items.add({absolute.string(), kind});
}

void TemporaryPath::forget() noexcept {
  if (entry_ != nullptr) items.remove(std::exchange(entry_, nullptr));
}

SignalDeferral::SignalDeferral() noexcept { ++deferrals; }

SignalDeferral::~SignalDeferral() {
  --deferrals;
  if (const int signal = waiting_signal.exchange(0); signal != 0) ::raise(signal);
}

}  // namespace base

bool prepare_to_exit(int signal) noexcept {
  const int number = errno;  // restored for programs that continue
  base::waiting_signal.store(signal);
  if (base::deferrals.load() > 0) return false;
  base::waiting_signal.store(0);
  base::remove_all();
  errno = number;
  return true;
}

}  // namespace m2v
