#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>

#include "hub/http.h"

namespace m2v::hub {

/// Whether the same request may get another answer soon: 408, 429, 500, 502, 503, 504.
bool is_passing(int status) noexcept;

/// How often something is tried again, and how long we wait before: 0.5 s, doubled each time up to
/// 8 s, a little at random, so that many clients do not come back at once.
class Retries {
 public:
  explicit Retries(const std::atomic<bool>& stop, int left = 5) : stop_(stop), left_(left) {}

  /// Whether one is left.
  bool any() const noexcept { return left_ > 0; }
  /// Uses one up and waits for as long as the answer asks, or as above. Throws Cancelled.
  void wait(const Response* response = nullptr);
  /// It went on in between: starts anew.
  void reset() noexcept;

 private:
  static constexpr int kMost = 5;
  static constexpr std::chrono::milliseconds kFirst{500};
  const std::atomic<bool>& stop_;
  int left_;
  std::chrono::milliseconds next_ = kFirst;
};

/// What an answer asks us to wait (Retry-After, or RateLimit), if it does; at most two minutes.
std::optional<std::chrono::milliseconds> asked_wait(const Response& response);

/// Sends, again and again where that may help. Returns the last answer, whatever it is; throws
/// Unreachable if the last attempt had none.
Response send_with_retries(Client& client, const Request& request, int retries = 5,
                           std::atomic<std::uint64_t>* sent = nullptr);

}  // namespace m2v::hub
