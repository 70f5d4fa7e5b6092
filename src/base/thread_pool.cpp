#include "base/thread_pool.h"

#include <pthread.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <deque>
#include <exception>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "base/cancellation.h"

namespace m2v::base {
namespace {

/// The state of one call of parallel_for(): the next index and the threads that are working.
struct Job {
  Job(std::size_t indices, const std::function<void(std::size_t, unsigned)>& work_on_one)
      : count(indices), task(work_on_one) {}

  std::size_t count;
  const std::function<void(std::size_t, unsigned)>& task;
  std::atomic<std::size_t> next{0};
  std::mutex mutex;
  std::condition_variable finished;
  unsigned running = 0;      // the number of helpers at work; guarded by mutex
  std::exception_ptr error;  // the first exception; guarded by mutex
  CancellationScope::Impl* const cancellation = base::cancellation();  // the caller's scope

  void work(unsigned worker) {
    try {
      for (std::size_t i = next++; i < count; i = next++) {
        check_cancelled();
        task(i, worker);
      }
    } catch (...) {
      next = count;
      const std::lock_guard lock(mutex);
      if (!error) error = std::current_exception();
    }
  }
};

/// Invites one helper thread to work on a job. If the job has ended before the helper starts, `job`
/// is null. Each ticket has its own mutex, so that a late helper does not access the ended job.
struct Ticket {
  std::mutex mutex;
  Job* job;
  unsigned worker;

  Ticket(Job* owner, unsigned number) : job(owner), worker(number) {}

  void redeem() {
    Job* mine;
    {
      const std::lock_guard lock(mutex);
      mine = job;
      if (mine == nullptr) return;
      const std::lock_guard job_lock(mine->mutex);
      ++mine->running;
    }
    set_cancellation(mine->cancellation);
    mine->work(worker);
    set_cancellation(nullptr);
    const std::lock_guard job_lock(mine->mutex);
    --mine->running;
    mine->finished.notify_one();
  }
};

/// Threads that redeem tickets in order of submission. It has as many threads as the largest number
/// of tickets submitted at once, or fewer if the system cannot create more.
class Pool {
 public:
  void submit(const std::vector<std::shared_ptr<Ticket>>& tickets) {
    const std::lock_guard lock(mutex_);
    tickets_.insert(tickets_.end(), tickets.begin(), tickets.end());
    while (threads_.size() < tickets.size() && start_thread()) {
    }
    wake_.notify_all();
  }

  ~Pool() {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
      wake_.notify_all();
    }
    for (std::thread& thread : threads_) thread.join();
  }

 private:
  /// Returns false if there is no memory or the system has no more threads; the existing ones
  /// suffice.
  bool start_thread() noexcept {
    try {
      threads_.emplace_back([this] { run(); });
      return true;
    } catch (const std::exception&) {
      return false;
    }
  }

  void run() {
    std::unique_lock lock(mutex_);
    while (true) {
      wake_.wait(lock, [this] { return stopping_ || !tickets_.empty(); });
      if (stopping_) return;
      const std::shared_ptr<Ticket> ticket = std::move(tickets_.front());
      tickets_.pop_front();
      lock.unlock();
      ticket->redeem();
      lock.lock();
    }
  }

  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::shared_ptr<Ticket>> tickets_;
  std::vector<std::thread> threads_;
  bool stopping_ = false;
};

/// The pool of the process, created on first use. A forked child has none of its parent's threads,
/// so it gets a new pool. It abandons its copy of the parent's pool without destroying it, since
/// threads that do not exist in the child may hold its locks.
class ProcessPool {
 public:
  static Pool& get() {
    static ProcessPool process;
    const std::lock_guard lock(process.mutex_);
    if (!process.pool_) process.pool_ = std::make_unique<Pool>();
    return *process.pool_;
  }

 private:
  ProcessPool() {
    self_ = this;
    ::pthread_atfork(lock, unlock, abandon);
  }
  ~ProcessPool() { self_ = nullptr; }

  // The mutex is held during a fork: otherwise a thread that the child lacks might hold it there.
  static void lock() {
    if (self_ != nullptr) self_->mutex_.lock();
  }
  static void unlock() {
    if (self_ != nullptr) self_->mutex_.unlock();
  }
  static void abandon() {
    if (self_ == nullptr) return;
    [[maybe_unused]] const Pool* const abandoned = self_->pool_.release();
    self_->mutex_.unlock();
  }

  static inline ProcessPool* self_ = nullptr;  // null after destruction at the end of the program
  std::mutex mutex_;
  std::unique_ptr<Pool> pool_;
};

}  // namespace

unsigned thread_count(unsigned threads) noexcept {
  return threads != 0 ? threads : std::max(1u, std::thread::hardware_concurrency());
}

void parallel_for(std::size_t count, unsigned threads,
                  const std::function<void(std::size_t, unsigned)>& task) {
  const auto wanted = static_cast<unsigned>(std::min<std::size_t>(count, thread_count(threads)));
  Job job(count, task);
  std::vector<std::shared_ptr<Ticket>> tickets;
  for (unsigned worker = 1; worker < wanted; ++worker) {
    tickets.push_back(std::make_shared<Ticket>(&job, worker));
  }
  if (!tickets.empty()) ProcessPool::get().submit(tickets);
  job.work(0);
  for (const auto& ticket : tickets) {  // helpers that have not started are no longer needed
    const std::lock_guard lock(ticket->mutex);
    ticket->job = nullptr;
  }
  std::unique_lock lock(job.mutex);
  job.finished.wait(lock, [&] { return job.running == 0; });
  if (job.error) std::rethrow_exception(job.error);
}

}  // namespace m2v::base
