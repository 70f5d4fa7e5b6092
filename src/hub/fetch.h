#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "core/events.h"
#include "hub/cache.h"
#include "hub/download.h"

namespace m2v::hub {

/// Runs work(stop) in a thread while the calling one looks after the user: sends what the work
/// reports (`done` of `total` bytes, and warnings) to the events, and stops it when they say no. If
/// nothing is reported for five seconds, a warning says that it goes on.
class Attended {
 public:
  Attended(const core::Events& events, std::string_view stage) : events_(events), stage_(stage) {}

  Progress& progress() noexcept { return progress_; }
  /// Returns when all tasks have ended; throws what the first of them to fail threw, or Cancelled.
  void run(std::uint64_t total,
           const std::vector<std::function<void(std::atomic<bool>& stop)>>& tasks);

 private:
  using Clock = std::chrono::steady_clock;
  void say_if_quiet(std::uint64_t done);

  const core::Events& events_;
  std::string_view stage_;
  Progress progress_;
  Clock::time_point last_news_;  // when something was last reported
  std::uint64_t last_done_ = 0;
  bool said_ = false;  // that there is none
};

/// Downloads files into the cache's snapshot, several at once, the largest first. Those that are
/// there already cost nothing (unless `force`). Checks beforehand that the disk has room.
void fetch_files(const Settings& settings, const Patience& patience, const Cache& cache,
                 const Source& source, std::vector<RemoteFile> files, unsigned parallel, bool force,
                 const core::Events& events);

}  // namespace m2v::hub
