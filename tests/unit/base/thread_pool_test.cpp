#include "base/thread_pool.h"

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <numeric>
#include <stdexcept>
#include <thread>
#include <vector>

using m2v::base::parallel_for;

TEST_CASE("every index is visited once, whatever the number of threads") {
  for (const unsigned threads : {0u, 1u, 2u, 7u}) {
    std::vector<std::atomic<int>> visits(1000);
    parallel_for(visits.size(), threads, [&](std::size_t i, unsigned) { ++visits[i]; });
    for (const auto& count : visits) REQUIRE(count == 1);
  }
}

TEST_CASE("a worker number belongs to one thread at a time") {
  std::vector<std::atomic<bool>> busy(4);
  std::atomic<bool> clash{false};
  parallel_for(2000, 4, [&](std::size_t, unsigned worker) {
    if (worker >= 4 || busy[worker].exchange(true)) clash = true;
    busy[worker] = false;
  });
  CHECK_FALSE(clash);
}

TEST_CASE("the first exception stops the loop and comes back") {
  std::atomic<int> visits{0};
  CHECK_THROWS_WITH_AS(parallel_for(10000, 3,
                                    [&](std::size_t i, unsigned) {
                                      ++visits;
                                      if (i == 5) throw std::runtime_error("five");
                                      // The others must not be through before the throw is noticed.
                                      std::this_thread::sleep_for(std::chrono::milliseconds(1));
                                    }),
                       "five", std::runtime_error);
  CHECK(visits < 10000);
}

TEST_CASE("loops may be nested and may run in many threads at once") {
  std::atomic<long> sum{0};
  std::vector<std::thread> callers;
  for (int caller = 0; caller < 4; ++caller) {
    callers.emplace_back([&] {
      parallel_for(20, 3, [&](std::size_t, unsigned) {
        parallel_for(50, 2, [&](std::size_t i, unsigned) { sum += static_cast<long>(i); });
      });
    });
  }
  for (std::thread& caller : callers) caller.join();
  CHECK(sum == 4 * 20 * (49 * 50 / 2));
}

TEST_CASE("a forked child gets threads of its own") {
  parallel_for(10, 2, [](std::size_t, unsigned) {});
  const pid_t child = ::fork();
  if (child == 0) {
    std::atomic<int> visits{0};
    parallel_for(100, 2, [&](std::size_t, unsigned) { ++visits; });
    ::_exit(visits == 100 ? 0 : 1);
  }
  int status = -1;
  ::waitpid(child, &status, 0);
  CHECK(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 0);
}

namespace {

bool g_is_forked_child = false;

/// What becomes of a child that runs `work` and ends as programs do: its exit code, or -1 if it has
/// not ended after ten seconds.
int fate_of_child(int (*work)()) {
  const pid_t child = ::fork();
  if (child == 0) {
    g_is_forked_child = true;
    ::alarm(10);
    std::exit(work());
  }
  int status = -1;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

[[maybe_unused]] int count_in_parallel() {
  std::atomic<int> visits{0};
  parallel_for(100, 2, [&](std::size_t, unsigned) { ++visits; });
  return visits == 100 ? 0 : 1;
}

}  // namespace

/// The leak checker asks before it looks: in a forked child, what the parent's other threads held
/// belongs to nobody.
extern "C" int __lsan_is_turned_off() { return g_is_forked_child ? 1 : 0; }

TEST_CASE("a forked child ends, whether it used the pool or not") {
  parallel_for(10, 2, [](std::size_t, unsigned) {});
  CHECK(fate_of_child([] { return 0; }) == 0);
  // TSan gives up when a child's new thread gets the number of one that only the parent has.
#if !defined(__SANITIZE_THREAD__)
  CHECK(fate_of_child(count_in_parallel) == 0);
#endif
}

// The sanitizers' allocators do not take it: a child may wait for a lock of theirs that another
// thread of its parent held.
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
TEST_CASE("forks beside threads that use the pool leave it whole in both processes") {
  std::atomic<bool> done{false};
  std::atomic<int> wrong{0};
  std::vector<std::thread> callers;
  callers.reserve(2);
  for (int caller = 0; caller < 2; ++caller) {
    callers.emplace_back([&] {
      while (!done) wrong += count_in_parallel();
    });
  }
  for (int i = 0; i < 30; ++i) CHECK(fate_of_child(count_in_parallel) == 0);
  done = true;
  for (std::thread& caller : callers) caller.join();
  CHECK(wrong == 0);
}
#endif
