#include "hub/retry.h"

#include <doctest/doctest.h>

using namespace m2v::hub;
using std::chrono::milliseconds;

namespace {

std::optional<milliseconds> wait_for(const char* name, const char* value) {
  Response response;
  response.headers[name] = value;
  return asked_wait(response);
}

}  // namespace

TEST_CASE("what passes") {
  for (const int status : {408, 429, 500, 502, 503, 504}) CHECK(is_passing(status));
  for (const int status : {0, 200, 302, 400, 401, 403, 404, 409, 416, 501}) {
    CHECK_FALSE(is_passing(status));
  }
}

TEST_CASE("how long a server asks us to wait") {
  CHECK(wait_for("retry-after", "7") == milliseconds(7000));
  CHECK(wait_for("retry-after", "0") == milliseconds(0));
  CHECK(wait_for("retry-after", "999999") == milliseconds(120'000));
  CHECK(wait_for("retry-after", "99999999999999999999999") == std::nullopt);
  CHECK(wait_for("retry-after", "-5") == std::nullopt);
  CHECK(wait_for("retry-after", "Wed, 21 Oct 2015 07:28:00 GMT") == std::nullopt);
  CHECK(wait_for("ratelimit", "\"api\";r=0;t=55") == milliseconds(55'000));
  CHECK(wait_for("ratelimit", "\"api\";r=3;t=55") == std::nullopt);
  CHECK(wait_for("other", "5") == std::nullopt);
}

TEST_CASE("retries end, and stop when told") {
  std::atomic<bool> stop{false};
  Response now;
  now.headers["retry-after"] = "0";
  Retries retries(stop, 2);
  CHECK(retries.any());
  retries.wait(&now);
  retries.wait(&now);
  CHECK_FALSE(retries.any());
  retries.reset();
  CHECK(retries.any());
  stop = true;
  now.headers["retry-after"] = "60";
  CHECK_THROWS_AS(retries.wait(&now), m2v::Cancelled);
}
