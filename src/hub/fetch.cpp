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

constexpr std::chrono::milliseconds kLook{100};
constexpr std::chrono::seconds kQuiet{5};

/// "90.9 MB"
std::string megabytes(std::uint64_t bytes) {
  const std::uint64_t tenths = (bytes + 50'000) / 100'000;
  return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " MB";
}

/// A server may list sizes that no sum can hold.
std::uint64_t added(std::uint64_t a, std::uint64_t b) {
  return a > UINT64_MAX - b ? UINT64_MAX : a + b;
}

void check_room(const Settings& settings, const Cache& cache, const std::vector<RemoteFile>& files,
                bool force) {
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
              " are free; make room, or choose another place by HF_HUB_CACHE");
}

}  // namespace

void Attended::say_if_quiet(std::uint64_t done) {
  if (done != last_done_) {
    last_done_ = done;
    last_news_ = Clock::now();
    said_ = false;
  }
  if (said_ || Clock::now() < last_news_ + kQuiet) return;
  said_ = true;
  events_.warn(stage_, std::string(stage_) + ": nothing new for " + std::to_string(kQuiet.count()) +
                           " s; still waiting");
}

void Attended::run(std::uint64_t total,
                   const std::vector<std::function<void(std::atomic<bool>& stop)>>& tasks) {
  std::atomic<bool> stop{false};
  std::mutex mutex;
  last_news_ = Clock::now();
  std::condition_variable changed;
  std::vector<std::string> warnings;
  std::exception_ptr failure;
  std::size_t running = tasks.size();
  progress_.warn = [&](const std::string& text) {
    const std::lock_guard lock(mutex);
    warnings.push_back(text);
    changed.notify_one();
  };
  const auto work = [&](const auto& task) {
    std::exception_ptr problem;
    try {
      task(stop);
    } catch (...) {
      problem = std::current_exception();
    }
    const std::lock_guard lock(mutex);
    if (problem && !failure) failure = problem;
    if (problem) stop = true;
    --running;
    changed.notify_one();
  };
  std::vector<std::jthread> threads;
  std::exception_ptr refusal;
  const auto report = [&](std::vector<std::string> texts) {
    if (refusal) return;
    try {
      said_ = said_ || !texts.empty();  // why it takes time
      for (std::string& text : texts) events_.warn(stage_, std::move(text));
      say_if_quiet(progress_.done.load());
      events_.progress(stage_, std::min(progress_.done.load(), total), total);
    } catch (...) {
      refusal = std::current_exception();  // the threads must end before we may
      stop = true;
    }
  };
  threads.reserve(tasks.size());
  try {
    for (const auto& task : tasks) threads.emplace_back(work, std::cref(task));
  } catch (...) {
    stop = true;  // those that run already, which are waited for
    throw;
  }
  std::unique_lock lock(mutex);
  for (bool ended = false; !ended;) {
    changed.wait_for(lock, kLook, [&] { return running == 0 || !warnings.empty(); });
    ended = running == 0;  // then what is reported now is all there will be
    std::vector<std::string> texts = std::exchange(warnings, {});
    lock.unlock();
    report(std::move(texts));
    lock.lock();
  }
  lock.unlock();
  threads.clear();
  if (refusal) std::rethrow_exception(refusal);
  if (failure) std::rethrow_exception(failure);
}

void fetch_files(const Settings& settings, const Patience& patience, const Cache& cache,
                 const Source& source, std::vector<RemoteFile> files, unsigned parallel, bool force,
                 const core::Events& events) {
  if (!force) {
    std::erase_if(files, [&](const RemoteFile& file) { return cache.has(source.commit, file); });
  }
  if (files.empty()) return;
  cache.create();
  check_room(settings, cache, files, force);
  std::ranges::sort(files, std::greater(), &RemoteFile::size);
  std::uint64_t total = 0;
  for (const RemoteFile& file : files) total = added(total, file.size);
  std::atomic<std::size_t> next{0};
  Attended attended(events, "downloading");
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
