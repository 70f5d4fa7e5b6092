#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <optional>

#include "hub/http.h"

namespace m2v::hub {

/// Returns whether a status is transient, so that the same request may soon succeed: 408, 429, 500,
/// 502, 503, 504.
bool is_transient(int status) noexcept;

/// Counts retries and pauses between them. The pause is 0.5 s, doubled each time up to 8 s, plus up
/// to a quarter at random so that many clients do not return at the same moment.
class Retries {
 public:
  /// `waiting` must outlive this object.
  explicit Retries(const WaitOptions& waiting)
      : waiting_(waiting), left_(waiting.patience.retries) {}

  /// Returns whether another attempt is allowed: one is left, and the pause that `response`
  /// requests, if any, does not bring the requested pauses to more than ten minutes in total.
  bool any(const Response* response = nullptr) const;
  /// Uses up one attempt and pauses for as long as the response requests, within the client's
  /// patience, or as described above. Pauses that a server requested are reported if they last two
  /// seconds or more. Throws Cancelled.
  void wait(const Response* response = nullptr);
  /// Restores the full number of attempts and the first pause, after progress was made.
  void reset() noexcept;

 private:
  static constexpr std::chrono::milliseconds kFirst{500};
  const WaitOptions& waiting_;
  int left_;
  std::chrono::milliseconds requested_total_{0};  // sum of the pauses that servers requested
  std::chrono::milliseconds next_ = kFirst;
};

/// Returns the pause that a response requests in Retry-After or RateLimit, at most one day; no
/// value if it requests none.
std::optional<std::chrono::seconds> requested_pause(const Response& response);

/// Sends a request and retries where that may help, within the client's patience. Returns the last
/// response, whatever its status. `sent`, if not null, counts the bytes of the body sent by the
/// last attempt. Throws Unreachable if the last attempt had no complete response. An
/// IncompleteResponse is retried only once.
Response send_with_retries(Client& client, const Request& request,
                           std::atomic<std::uint64_t>* sent = nullptr);

}  // namespace m2v::hub
