#include <doctest/doctest.h>

#include <chrono>
#include <thread>

#include "hub/fetch.h"

using m2v::Event;
using m2v::hub::ProgressForwarder;
using Task = std::function<void(std::atomic<bool>&)>;

TEST_CASE("events come from the calling thread") {
  const auto caller = std::this_thread::get_id();
  std::vector<std::string> warnings;
  std::size_t most = 0;
  const m2v::OnEvent on_event = [&](const Event& event) {
    CHECK(std::this_thread::get_id() == caller);
    CHECK(event.stage == "stage");
    if (event.kind == Event::Kind::kWarning) warnings.push_back(event.message);
    most = std::max(most, event.done);
    return true;
  };
  const m2v::base::Events events(on_event);
  ProgressForwarder attended(events, "stage");
  const Task task = [&](std::atomic<bool>&) {
    attended.progress().done += 50;
    attended.progress().warn("careful");
  };
  attended.run(100, {task, task});
  CHECK(warnings == std::vector<std::string>{"careful", "careful"});
  CHECK(most == 100);
}

TEST_CASE("nothing is lost of tasks that end at once") {
  for (int round = 0; round < 500; ++round) {
    std::size_t warnings = 0;
    std::uint64_t last = 0;
    const m2v::OnEvent on_event = [&](const Event& event) {
      if (event.kind == Event::Kind::kWarning) ++warnings;
      if (event.kind == Event::Kind::kProgress) last = event.done;
      return true;
    };
    const m2v::base::Events events(on_event);
    ProgressForwarder attended(events, "stage");
    const Task task = [&](std::atomic<bool>&) {
      attended.progress().warn("careful");
      attended.progress().done += 50;
    };
    attended.run(100, {task, task});
    REQUIRE(warnings == 2);
    REQUIRE(last == 100);
  }
}

TEST_CASE("one that fails stops the others, and is what is thrown") {
  const m2v::OnEvent none;
  const m2v::base::Events events(none);
  std::atomic<bool> stopped{false};
  const Task waits = [&](std::atomic<bool>& stop) {
    while (!stop) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    stopped = true;
    throw m2v::Cancelled();
  };
  const Task fails = [](std::atomic<bool>&) { throw m2v::Error("broken"); };
  ProgressForwarder attended(events, "stage");
  CHECK_THROWS_WITH(attended.run(0, {waits, fails}), "broken");
  CHECK(stopped);
}

TEST_CASE("a caller who says no") {
  const m2v::OnEvent no = [](const Event&) { return false; };
  const m2v::base::Events events(no);
  bool stopped = false;
  ProgressForwarder attended(events, "stage");
  CHECK_THROWS_AS(attended.run(0, {[&](std::atomic<bool>& stop) {
                                 while (!stop)
                                   std::this_thread::sleep_for(std::chrono::milliseconds(1));
                                 stopped = true;
                               }}),
                  m2v::Cancelled);
  CHECK(stopped);
}
