#include "core/thread_pool.h"

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

#include "core/cancellation.h"

namespace m2v::core {
namespace {

/// One call of parallel_for: a counter of indices and the threads that draw from it.
struct Job {
  Job(std::size_t indices, const std::function<void(std::size_t, unsigned)>& work_on_one)
      : count(indices), task(work_on_one) {}

  std::size_t count;
  const std::function<void(std::size_t, unsigned)>& task;
  std::atomic<std::size_t> next{0};
  std::mutex mutex;
  std::condition_variable finished;
  unsigned running = 0;  // helpers that have begun and not ended; guarded by mutex
  std::exception_ptr error;
  CancellationScope::Impl* const cancellation = core::cancellation();  // the caller's

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

/// A helper's share of a job. The job may have ended before the helper comes to it: then `job` is
/// null. The mutex is the ticket's own, so that a late helper touches nothing of the job.
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

/// Threads that redeem tickets, first come, first served; as many as were ever asked for at once,
/// or as the system gives.
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
  /// False if there is no memory, or no more threads: those that there are do the work.
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

/// The process's pool, made on first use. A forked child has none of its parent's threads: it gets
/// a pool of its own, and the parent's is left alone there, since its locks may be held for ever.
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

  // Around a fork, so that the child does not find the mutex in the hands of a thread it lacks.
  static void lock() {
    if (self_ != nullptr) self_->mutex_.lock();
  }
  static void unlock() {
    if (self_ != nullptr) self_->mutex_.unlock();
  }
  static void abandon() {
    if (self_ == nullptr) return;
    [[maybe_unused]] const Pool* const left_alone = self_->pool_.release();
    self_->mutex_.unlock();
  }

  static inline ProcessPool* self_ = nullptr;  // null once the program ends
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
  for (const auto& ticket : tickets) {  // whoever has not begun need not come any more
    const std::lock_guard lock(ticket->mutex);
    ticket->job = nullptr;
  }
  std::unique_lock lock(job.mutex);
  job.finished.wait(lock, [&] { return job.running == 0; });
  if (job.error) std::rethrow_exception(job.error);
}

}  // namespace m2v::core
