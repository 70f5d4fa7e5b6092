#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <optional>

#include "hub/http.h"

namespace m2v::hub {

/// Whether the same request may get another answer soon: 408, 429, 500, 502, 503, 504.
bool is_passing(int status) noexcept;

/// How often something is tried again, and how long we wait before: 0.5 s, doubled each time up to
/// 8 s, a little at random, so that many clients do not come back at once.
class Retries {
 public:
  explicit Retries(const Waiting& waiting) : waiting_(waiting), left_(waiting.patience.retries) {}

  /// Whether one is left; `response` may ask for a longer pause than there is patience for.
  bool any(const Response* response = nullptr) const;
  /// Uses one up and waits for as long as the answer asks, or as above; says so if it is long.
  /// Throws Cancelled.
  void wait(const Response* response = nullptr);
  /// It went on in between: starts anew.
  void reset() noexcept;

 private:
  static constexpr std::chrono::milliseconds kFirst{500};
  const Waiting& waiting_;
  int left_;
  std::chrono::milliseconds paused_{0};  // for as long as servers asked, in all
  std::chrono::milliseconds next_ = kFirst;
};

/// What an answer asks us to wait (Retry-After, or RateLimit), if it does; at most a day.
std::optional<std::chrono::seconds> asked_wait(const Response& response);

/// Sends, again and again where that may help and the client's patience allows. Returns the last
/// answer, whatever it is; throws Unreachable if the last attempt had none.
Response send_with_retries(Client& client, const Request& request,
                           std::atomic<std::uint64_t>* sent = nullptr);

}  // namespace m2v::hub
