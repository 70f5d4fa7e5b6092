#include "hub/retry.h"

#include <algorithm>
#include <charconv>
#include <random>
#include <thread>

namespace m2v::hub {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kLongest{8'000};
constexpr long kLongestAsked = 120;  // seconds

std::optional<long> number_at(std::string_view text) {
  long value = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
  if (parsed.ec != std::errc() || value < 0) return std::nullopt;
  return value;
}

/// With up to a quarter more.
milliseconds spread(milliseconds wait) {
  thread_local std::minstd_rand random{std::random_device{}()};
  return wait + milliseconds(std::uniform_int_distribution<long>(0, wait.count() / 4)(random));
}

}  // namespace

bool is_passing(int status) noexcept {
  return status == 408 || status == 429 || status == 500 || status == 502 || status == 503 ||
         status == 504;
}

std::optional<milliseconds> asked_wait(const Response& response) {
  std::optional<long> seconds;
  if (const std::string* after = response.header("retry-after")) seconds = number_at(*after);
  // RateLimit: "api";r=0;t=55   (what is left, and when it starts anew)
  if (const std::string* limit = response.header("ratelimit"); limit != nullptr && !seconds) {
    const std::size_t reset = limit->find("t=");
    if (limit->find("r=0") != std::string::npos && reset != std::string::npos) {
      seconds = number_at(std::string_view(*limit).substr(reset + 2));
    }
  }
  if (!seconds) return std::nullopt;
  return milliseconds(1000 * std::min(*seconds, kLongestAsked));
}

void Retries::wait(const Response* response) {
  --left_;
  const auto asked = response == nullptr ? std::nullopt : asked_wait(*response);
  const auto end = std::chrono::steady_clock::now() + (asked ? *asked : spread(next_));
  next_ = std::min(next_ * 2, kLongest);
  while (std::chrono::steady_clock::now() < end) {
    if (stop_.load()) throw Cancelled();
    std::this_thread::sleep_for(std::min<std::chrono::steady_clock::duration>(
        milliseconds(50), end - std::chrono::steady_clock::now()));
  }
}

void Retries::reset() noexcept {
  left_ = kMost;
  next_ = kFirst;
}

Response send_with_retries(Client& client, const Request& request, int retries,
                           std::atomic<std::uint64_t>* sent) {
  Retries left(client.stop(), retries);
  while (true) {
    const std::uint64_t sent_before = sent == nullptr ? 0 : sent->load();
    try {
      Response response = client.send(request, nullptr, sent);
      if (!is_passing(response.status) || !left.any()) return response;
      if (sent != nullptr) *sent = sent_before;
      left.wait(&response);
    } catch (const Unreachable&) {
      if (!left.any()) throw;
      if (sent != nullptr) *sent = sent_before;
      left.wait();
    }
  }
}

}  // namespace m2v::hub
