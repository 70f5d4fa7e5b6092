#include "train/schedule.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

using namespace m2v::train;

namespace {
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
}

TEST_CASE("the learning rate halves at the fourth epoch without a gain of 3 %") {
  LearningRate rate(1e-3);
  rate.epoch_ended(1.0);
  for (const double loss : {0.98, 0.975, 0.9701}) rate.epoch_ended(loss);  // gains below 3 %
  CHECK(rate.rate() == 1e-3);
  rate.epoch_ended(0.9700001);  // the fourth
  CHECK(rate.rate() == 5e-4);
  rate.epoch_ended(0.96);  // better than 1.0 by more than 3 %: counts anew
  for (int i = 0; i < 3; ++i) rate.epoch_ended(0.95);
  CHECK(rate.rate() == 5e-4);
  rate.epoch_ended(0.95);
  CHECK(rate.rate() == 2.5e-4);
}

TEST_CASE("the learning rate does not fall below a millionth") {
  LearningRate rate(3e-6);
  for (int i = 0; i < 100; ++i) rate.epoch_ended(1);
  CHECK(rate.rate() == 1e-6);
}

TEST_CASE("early stopping waits for a gain of 0.001, but keeps every better state") {
  EarlyStopping stopping(2);
  CHECK(stopping.check(0.5, 1));
  CHECK(stopping.check(0.5009, 2));  // better, though not by enough
  CHECK_FALSE(stopping.enough());
  CHECK_FALSE(stopping.check(0.5009, 2));  // no better
  CHECK(stopping.enough());

  EarlyStopping forever(std::nullopt);
  for (int i = 0; i < 50; ++i) forever.check(0, 1);
  CHECK_FALSE(forever.enough());
}

TEST_CASE("of equal values the one of the lowest loss is the best") {
  EarlyStopping stopping(3);
  CHECK(stopping.check(0.9, 0.72));
  CHECK(stopping.check(0.9, 0.28));
  CHECK_FALSE(stopping.check(0.9, 0.28));  // no better
  CHECK_FALSE(stopping.check(0.8, 0.1));   // the value comes first
  CHECK(stopping.enough());                // a lower loss alone does not prolong the fit
}

TEST_CASE("a loss that is no number is worse than any other") {
  EarlyStopping stopping(std::nullopt);
  CHECK(stopping.check(0.5, kNaN));
  CHECK_FALSE(stopping.check(0.5, kNaN));
  CHECK(stopping.check(0.5, 3));
  CHECK_FALSE(stopping.check(0.5, kNaN));
}

TEST_CASE("a value that is no number is never the best") {
  EarlyStopping stopping(1);
  CHECK_FALSE(stopping.check(kNaN, 0));
  CHECK(stopping.enough());
}
