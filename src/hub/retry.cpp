#include "hub/retry.h"

#include <algorithm>
#include <charconv>
#include <random>
#include <thread>

namespace m2v::hub {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kLongest{8'000};
constexpr long kMaxRequestedPause = 86'400;         // seconds
constexpr milliseconds kMinReportedPause{2'000};    // pauses from this length on are reported
constexpr std::chrono::minutes kMaxTotalPause{10};  // sum of all pauses that servers requested

std::optional<long> number_at(std::string_view text) {
  long value = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
  if (parsed.ec != std::errc() || value < 0) return std::nullopt;
  return value;
}

/// Adds up to a quarter at random.
milliseconds spread(milliseconds wait) {
  thread_local std::minstd_rand random{std::random_device{}()};
  return wait + milliseconds(std::uniform_int_distribution<long>(0, wait.count() / 4)(random));
}

}  // namespace

bool is_transient(int status) noexcept {
  return status == 408 || status == 429 || status == 500 || status == 502 || status == 503 ||
         status == 504;
}

std::optional<std::chrono::seconds> requested_pause(const Response& response) {
  std::optional<long> seconds;
  if (const std::string* after = response.header("retry-after")) seconds = number_at(*after);
  // An example: `RateLimit: "api";r=0;t=55`, with the remaining requests and the seconds until the
  // limit is reset.
  if (const std::string* limit = response.header("ratelimit"); limit != nullptr && !seconds) {
    const std::size_t reset = limit->find("t=");
    if (limit->find("r=0") != std::string::npos && reset != std::string::npos) {
      seconds = number_at(std::string_view(*limit).substr(reset + 2));
    }
  }
  if (!seconds) return std::nullopt;
  return std::chrono::seconds(std::min(*seconds, kMaxRequestedPause));
}

bool Retries::any(const Response* response) const {
  if (left_ <= 0) return false;
  const auto asked = response == nullptr ? std::nullopt : requested_pause(*response);
  return !asked ||
         requested_total_ + std::min(*asked, waiting_.patience.max_pause) <= kMaxTotalPause;
}

void Retries::wait(const Response* response) {
  --left_;
  const auto asked = response == nullptr ? std::nullopt : requested_pause(*response);
  milliseconds pause = asked ? std::min(*asked, waiting_.patience.max_pause) : spread(next_);
  if (asked) requested_total_ += pause;
  if (asked && pause >= kMinReportedPause && waiting_.say) {
    const std::string seconds = std::to_string(asked->count());
    std::string text = "the hub asks to wait " + seconds + " s (status " +
                       std::to_string(response->status) + "); waiting";
    if (*asked > waiting_.patience.max_pause) {
      text += " " + std::to_string(waiting_.patience.max_pause.count()) + " s";
    }
    waiting_.say(text);
  }
  const auto end = std::chrono::steady_clock::now() + pause;
  next_ = std::min(next_ * 2, kLongest);
  while (std::chrono::steady_clock::now() < end) {
    if (waiting_.stop.load()) throw Cancelled();
    std::this_thread::sleep_for(std::min<std::chrono::steady_clock::duration>(
        milliseconds(50), end - std::chrono::steady_clock::now()));
  }
}

void Retries::reset() noexcept {
  left_ = waiting_.patience.retries;
  next_ = kFirst;
}

Response send_with_retries(Client& client, const Request& request,
                           std::atomic<std::uint64_t>* sent) {
  Retries left(client.waiting());
  bool was_late = false;
  while (true) {
    const std::uint64_t sent_before = sent == nullptr ? 0 : sent->load();
    try {
      Response response = client.send(request, nullptr, sent);
      if (!is_transient(response.status) || !left.any(&response)) return response;
      if (sent != nullptr) *sent = sent_before;
      left.wait(&response);
    } catch (const Unreachable& problem) {
      const bool late = dynamic_cast<const IncompleteResponse*>(&problem) != nullptr;
      if (!left.any() || (late && was_late)) throw;
      was_late = was_late || late;
      if (sent != nullptr) *sent = sent_before;
      left.wait();
    }
  }
}

}  // namespace m2v::hub
