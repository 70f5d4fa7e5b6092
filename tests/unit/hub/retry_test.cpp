#include "hub/retry.h"

#include <doctest/doctest.h>

using namespace m2v::hub;

namespace {

std::optional<std::chrono::seconds> wait_for(const char* name, const char* value) {
  Response response;
  response.headers[name] = value;
  return requested_pause(response);
}

}  // namespace

TEST_CASE("what passes") {
  for (const int status : {408, 429, 500, 502, 503, 504}) CHECK(is_transient(status));
  for (const int status : {0, 200, 302, 400, 401, 403, 404, 409, 416, 501}) {
    CHECK_FALSE(is_transient(status));
  }
}

TEST_CASE("how long a server asks us to wait") {
  CHECK(wait_for("retry-after", "7") == std::chrono::seconds(7));
  CHECK(wait_for("retry-after", "0") == std::chrono::seconds(0));
  CHECK(wait_for("retry-after", "999999") == std::chrono::seconds(86'400));
  CHECK(wait_for("retry-after", "99999999999999999999999") == std::nullopt);
  CHECK(wait_for("retry-after", "-5") == std::nullopt);
  CHECK(wait_for("retry-after", "Wed, 21 Oct 2015 07:28:00 GMT") == std::nullopt);
  CHECK(wait_for("ratelimit", "\"api\";r=0;t=55") == std::chrono::seconds(55));
  CHECK(wait_for("ratelimit", "\"api\";r=3;t=55") == std::nullopt);
  CHECK(wait_for("other", "5") == std::nullopt);
}

TEST_CASE("retries end, and stop when told") {
  std::atomic<bool> stop{false};
  Response now;
  now.headers["retry-after"] = "0";
  const WaitOptions waiting{stop, {.retries = 2}, {}};
  Retries retries(waiting);
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

TEST_CASE("a pause that a server asks for is said, and has an end") {
  std::atomic<bool> stop{false};
  std::vector<std::string> said;
  const WaitOptions waiting{
      stop, {.retries = 100, .max_pause = std::chrono::seconds(120)}, [&](const std::string& text) {
        said.push_back(text);
        stop = true;  // nobody waits here
      }};
  Response response;
  response.status = 429;
  response.headers["retry-after"] = "7200";
  Retries retries(waiting);
  for (int pause = 0; pause < 5; ++pause) {  // ten minutes in all
    REQUIRE(retries.any(&response));
    CHECK_THROWS_AS(retries.wait(&response), m2v::Cancelled);
  }
  CHECK(said ==
        std::vector<std::string>(5, "the hub asks to wait 7200 s (status 429); waiting 120 s"));
  CHECK_FALSE(retries.any(&response));
  CHECK(retries.any());
}
