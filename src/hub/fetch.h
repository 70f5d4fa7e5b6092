#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "base/events.h"
#include "hub/cache.h"
#include "hub/download.h"

namespace m2v::hub {

/// Runs tasks on worker threads while the calling thread forwards their progress (bytes done of
/// `total`) and warnings to the events. Cancellation by the events stops the tasks. If there is no
/// progress for five seconds, one warning reports that the call is still waiting.
class ProgressForwarder {
 public:
  /// Work for one thread. It should return soon after `stop` becomes true.
  using Task = std::function<void(std::atomic<bool>& stop)>;

  /// `events` and `stage` must outlive this object.
  ProgressForwarder(const base::Events& events, std::string_view stage)
      : events_(events), stage_(stage) {}

  /// The progress that the tasks update; valid as long as this object.
  Progress& progress() noexcept { return progress_; }
  /// Runs each task on a thread of its own and returns when all have ended. Throws the exception of
  /// the first task that failed, or Cancelled.
  void run(std::uint64_t total, const std::vector<Task>& tasks);

 private:
  class Workers;
  using Clock = std::chrono::steady_clock;
  void report(std::uint64_t total, std::vector<std::string> warnings);
  void warn_if_stalled(std::uint64_t done);

  const base::Events& events_;
  std::string_view stage_;
  Progress progress_;
  Clock::time_point last_progress_;  // when progress was last made
  std::uint64_t last_done_ = 0;
  bool warned_ = false;  // whether the lack of progress has been reported
};

/// Downloads files into the cache's snapshot, the largest first, up to `parallel` (1 to 16) at a
/// time. Files that the snapshot already has are skipped, unless `force` is set. Throws Error if
/// the disk has too little free space, and whatever download_file() throws.
void fetch_files(const Settings& settings, const RetryPolicy& patience, const Cache& cache,
                 const Source& source, std::vector<RemoteFile> files, unsigned parallel, bool force,
                 const base::Events& events);

}  // namespace m2v::hub
