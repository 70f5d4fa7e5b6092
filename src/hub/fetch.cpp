#include "hub/fetch.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <thread>
#include <utility>

namespace m2v::hub {
namespace {

constexpr std::chrono::milliseconds kPollInterval{100};
constexpr std::chrono::seconds kStallWarning{5};

/// "90.9 MB"
std::string megabytes(std::uint64_t bytes) {
  const std::uint64_t tenths = (bytes + 50'000) / 100'000;
  return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " MB";
}

/// Adds with saturation: the sizes that a server lists may overflow a sum.
std::uint64_t added(std::uint64_t a, std::uint64_t b) {
  return a > UINT64_MAX - b ? UINT64_MAX : a + b;
}

void check_disk_space(const Settings& settings, const Cache& cache,
                      const std::vector<RemoteFile>& files, bool force) {
  std::uint64_t needed = 0;
  for (const RemoteFile& file : files) {
    if (cache.has_blob(file) && !force) continue;
    std::error_code absent;
    const auto begun =
        std::filesystem::file_size(cache.blob(file.hash).string() + ".incomplete", absent);
    const std::uint64_t there = absent ? 0 : std::min<std::uint64_t>(begun, file.size);
    needed = added(needed, file.size - there);
  }
  std::error_code problem;
  const std::filesystem::space_info space = std::filesystem::space(cache.folder(), problem);
  if (problem || space.available >= needed) return;
  throw Error(settings.cache.string() + ": the download takes " + megabytes(needed) +
              ", but only " + megabytes(space.available) +
              " are free; free some space, or choose another folder with HF_HUB_CACHE");
}

}  // namespace

void ProgressForwarder::warn_if_stalled(std::uint64_t done) {
  if (done != last_done_) {
    last_done_ = done;
    last_progress_ = Clock::now();
    warned_ = false;
  }
  if (warned_ || Clock::now() < last_progress_ + kStallWarning) return;
  warned_ = true;
  events_.warn(stage_, std::string(stage_) + ": no progress for " +
                           std::to_string(kStallWarning.count()) + " s; still waiting");
}

/// The state shared by the threads of ProgressForwarder::run(): how many are running, their
/// warnings, and the first failure.
class ProgressForwarder::Workers {
 public:
  explicit Workers(std::size_t count) : running_(count) {}

  void run(const Task& task) {
    std::exception_ptr problem;
    try {
      task(stop_);
    } catch (...) {
      problem = std::current_exception();
    }
    const std::lock_guard lock(mutex_);
    if (problem && !failure_) failure_ = problem;
    if (problem) stop_ = true;
    --running_;
    changed_.notify_one();
  }

  void warn(const std::string& text) {
    const std::lock_guard lock(mutex_);
    warnings_.push_back(text);
    changed_.notify_one();
  }

  void stop() { stop_ = true; }

  /// Waits a moment, or until there are warnings, which are moved to `texts`. Returns false if all
  /// threads have ended, so that no more warnings will come.
  bool wait(std::vector<std::string>& texts) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, kPollInterval, [&] { return running_ == 0 || !warnings_.empty(); });
    texts = std::exchange(warnings_, {});
    return running_ > 0;
  }

  /// Rethrows the exception of the first task that failed, if any. Call it after all threads have
  /// ended.
  void rethrow() const {
    if (failure_) std::rethrow_exception(failure_);
  }

 private:
  std::atomic<bool> stop_{false};
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> warnings_;
  std::exception_ptr failure_;
  std::size_t running_;
};

void ProgressForwarder::report(std::uint64_t total, std::vector<std::string> warnings) {
  warned_ = warned_ || !warnings.empty();  // a warning explains the wait
  for (std::string& text : warnings) events_.warn(stage_, std::move(text));
  warn_if_stalled(progress_.done.load());
  events_.progress(stage_, std::min(progress_.done.load(), total), total);
}

void ProgressForwarder::run(std::uint64_t total, const std::vector<Task>& tasks) {
  last_progress_ = Clock::now();
  Workers workers(tasks.size());
  progress_.warn = [&](const std::string& text) { workers.warn(text); };
  std::vector<std::jthread> threads;
  threads.reserve(tasks.size());
  std::exception_ptr refusal;  // rethrown after the threads have ended
  try {
    for (const Task& task : tasks) threads.emplace_back([&] { workers.run(task); });
    for (bool running = true; running;) {
      std::vector<std::string> warnings;
      running = workers.wait(warnings);
      report(total, std::move(warnings));
    }
  } catch (...) {
    refusal = std::current_exception();
    workers.stop();
  }
  threads.clear();
  if (refusal) std::rethrow_exception(refusal);
  workers.rethrow();
}

void fetch_files(const Settings& settings, const RetryPolicy& patience, const Cache& cache,
                 const Source& source, std::vector<RemoteFile> files, unsigned parallel, bool force,
                 const base::Events& events) {
  if (!force) {
    std::erase_if(files, [&](const RemoteFile& file) { return cache.has(source.commit, file); });
  }
  if (files.empty()) return;
  cache.create();
  check_disk_space(settings, cache, files, force);
  std::ranges::sort(files, std::greater(), &RemoteFile::size);
  std::uint64_t total = 0;
  for (const RemoteFile& file : files) total = added(total, file.size);
  std::atomic<std::size_t> next{0};
  ProgressForwarder attended(events, "downloading");
  const auto worker = [&](std::atomic<bool>& stop) {
    Client client(settings, {stop, patience, attended.progress().warn});
    for (std::size_t i = next++; i < files.size() && !stop; i = next++) {
      download_file(client, cache, source, files[i], force, attended.progress());
    }
  };
  const std::size_t workers =
      std::clamp<std::size_t>(parallel, 1, std::min<std::size_t>(files.size(), 16));
  attended.run(total, std::vector<std::function<void(std::atomic<bool>&)>>(workers, worker));
}

}  // namespace m2v::hub
