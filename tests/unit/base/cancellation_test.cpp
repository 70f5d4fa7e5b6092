#include "base/cancellation.h"

#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <thread>

#include "base/thread_pool.h"
#include "m2v/error.h"

using m2v::CancellationScope;

namespace {

/// Looks until the scope has been asked so many times, or for a minute.
void look_until(const std::atomic<int>& asked, int times) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::minutes(1);
  while (asked < times && std::chrono::steady_clock::now() < end) CancellationScope::check();
}

}  // namespace

TEST_CASE("a scope is asked while work goes on, and ends it") {
  std::atomic<int> asked = 0;
  const CancellationScope scope([&] { return ++asked < 2; });
  CHECK_THROWS_AS(look_until(asked, 3), m2v::Cancelled);
  CHECK(asked == 2);
  CHECK_THROWS_AS(CancellationScope::check(), m2v::Cancelled);  // once is for good
  CHECK(asked == 2);
}

TEST_CASE("without a scope, nothing is asked") {
  CancellationScope::check();
  {
    std::atomic<int> asked = 0;
    const CancellationScope outer([&] { return ++asked >= 0; });
    {
      const CancellationScope inner([] { return false; });
      CHECK_THROWS_AS(look_until(asked, 1), m2v::Cancelled);
    }
    look_until(asked, 1);  // the outer one is back
    CHECK(asked == 1);
  }
  CancellationScope::check();
}

TEST_CASE("a scope holds on all threads that work for it, and on no other") {
  std::atomic<int> asked = 0, on_other_threads = 0;
  const auto owner = std::this_thread::get_id();
  const CancellationScope scope([&] {
    if (std::this_thread::get_id() != owner) ++on_other_threads;
    ++asked;
    return false;
  });
  std::atomic<int> ended = 0;
  const auto work = [&](std::size_t, unsigned) {
    try {
      look_until(asked, 1'000'000);
    } catch (const m2v::Cancelled&) {
      ++ended;
      throw;
    }
  };
  CHECK_THROWS_AS(m2v::base::parallel_for(4, 4, work), m2v::Cancelled);
  CHECK(ended >= 1);
  CHECK(asked == 1);
  CHECK(on_other_threads == 0);
  std::thread([] { CancellationScope::check(); }).join();
}

TEST_CASE("the pool's threads forget the scope") {
  {
    const CancellationScope scope([] { return true; });
    m2v::base::parallel_for(64, 4, [](std::size_t, unsigned) {});
  }
  std::atomic<int> with_scope = 0;
  m2v::base::parallel_for(64, 4, [&](std::size_t, unsigned) {
    if (m2v::base::cancellation() != nullptr) ++with_scope;
  });
  CHECK(with_scope == 0);
}
