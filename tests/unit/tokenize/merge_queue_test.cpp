#include "tokenize/models/merge_queue.h"

#include <doctest/doctest.h>

#include <cstdint>
#include <random>
#include <tuple>
#include <vector>

using m2v::tokenize::MergeQueue;
using Candidate = MergeQueue::Candidate;

namespace {

/// The same queue as plainly as can be.
class PlainQueue {
 public:
  void push(const Candidate& candidate) { all_.push_back(candidate); }
  Candidate pop() {
    std::size_t first = 0;
    for (std::size_t i = 1; i < all_.size(); ++i) {
      if (std::tie(all_[i].rank, all_[i].position) <
          std::tie(all_[first].rank, all_[first].position)) {
        first = i;
      }
    }
    const Candidate candidate = all_[first];
    all_.erase(all_.begin() + static_cast<std::ptrdiff_t>(first));
    return candidate;
  }
  bool empty() const { return all_.empty(); }

 private:
  std::vector<Candidate> all_;
};

}  // namespace

TEST_CASE("merges come by rank, then from left to right, whenever they were added") {
  std::mt19937 random(3);
  MergeQueue queue;  // one for all rounds: nothing of a round may be left in the next one
  for (int round = 0; round < 200; ++round) {
    queue.start(round % 2 == 0 ? 10 : 100'000);
    PlainQueue plain;
    const std::uint32_t ranks = 1 + random() % 300;
    const auto add = [&] {
      // The id follows from rank and position, so that equal ones are alike.
      const std::uint32_t rank = random() % ranks;
      const std::uint32_t position = random() % 500;
      queue.push({rank, position, rank ^ position});
      plain.push({rank, position, rank ^ position});
    };
    for (int i = 0; i < 150; ++i) add();
    const int taken_at_the_end = round % 5 == 0 ? 0 : 1;  // some rounds stop in the middle
    for (int i = 0; i < 200 && !plain.empty(); ++i) {
      Candidate found{};
      REQUIRE(queue.pop(found));
      const Candidate expected = plain.pop();
      REQUIRE(found.rank == expected.rank);
      REQUIRE(found.position == expected.position);
      REQUIRE(found.id == expected.id);
      for (std::uint32_t more = random() % 3; more > 0; --more) {
        if (i < 150) add();
      }
    }
    while (taken_at_the_end != 0 && !plain.empty()) {
      Candidate found{};
      REQUIRE(queue.pop(found));
      REQUIRE(found.position == plain.pop().position);
    }
    if (taken_at_the_end != 0) {
      Candidate none{};
      CHECK_FALSE(queue.pop(none));
    }
  }
}
