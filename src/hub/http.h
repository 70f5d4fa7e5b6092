#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hub/hub_settings.h"
#include "m2v/error.h"

namespace m2v::hub {

/// Thrown if there was no response, or only part of one. The same request may succeed shortly
/// afterwards.
class Unreachable : public HubError {
 public:
  using HubError::HubError;
};

/// Thrown if the response was not complete in time, or was larger than any valid one. A single
/// retry is worthwhile; more are not.
class IncompleteResponse : public Unreachable {
 public:
  using Unreachable::Unreachable;
};

/// How long a client waits for the Hub, and how many times it retries.
struct RetryPolicy {
  int retries = 5;  ///< Attempts after the first one.
  /// For a complete response, unless it is the content of a file.
  std::chrono::seconds answer{30};
  /// The longest pause that is granted when a server requests one.
  std::chrono::seconds max_pause{120};
};

/// The patience for requests without which there is no result, since nothing is cached.
RetryPolicy default_policy(const Settings& settings, int retries = 5);
/// The patience for requests that can be given up because the cache has a copy: shorter timeouts
/// and pauses.
RetryPolicy quick_policy(const Settings& settings, int retries = 0);

/// How long a client waits, how it is stopped, and where it reports long waits.
struct WaitOptions {
  /// Becomes true, set by another thread, when the client should stop: it then throws Cancelled.
  /// Must outlive the client.
  const std::atomic<bool>& stop;
  RetryPolicy patience{};  ///< Time limits and number of retries.
  /// Receives the reason for a long wait; may be empty.
  std::function<void(const std::string&)> say;
};

/// An HTTP request.
struct Request {
  std::string method = "GET";  ///< GET, POST or PUT.
  std::string url;
  std::vector<std::string> headers;  ///< Each of the form "Name: value".
  /// The body of a POST or PUT; must outlive the call.
  std::string_view body;
  /// A time limit in seconds: both for a stalled transfer and for the complete response after the
  /// body has been sent. 0: Settings::timeout for the former and RetryPolicy::answer for the
  /// latter.
  long timeout = 0;
};

/// Header values by name in lower case.
using Headers = std::map<std::string, std::string, std::less<>>;

/// An HTTP response.
struct Response {
  int status = 0;   ///< The status code, for example 200.
  Headers headers;  ///< Headers of the last response, after redirects.
  /// Headers of all responses that came from the Hub's own origin; the first value of each name.
  /// They hold what the Hub says about a file before it redirects to its storage.
  Headers hub_headers;
  std::string body;  ///< Empty if a receiver took it; of an error response, only the beginning.
  std::string url;   ///< The URL that the last response came from.

  bool is_success() const noexcept { return status >= 200 && status < 300; }
  /// Returns a header's value by its name in lower case, or null. The pointer lives as long as the
  /// response.
  const std::string* header(std::string_view name) const;
};

/// Receives the body of a successful response piece by piece. Either function may throw, which ends
/// the transfer.
struct Receiver {
  /// Called once, when the headers are complete, before any piece.
  std::function<void(const Response&)> begin;
  /// Called with each piece of the body.
  std::function<void(std::string_view)> write;
};

class HeaderList;

/// An HTTP client over libcurl that sends one request at a time and keeps its connections open. It
/// sends the token to the endpoint's own origin only, wherever redirects lead, and refuses a
/// redirect from TLS to plain HTTP. Use it from one thread at a time.
///
/// Every request ends: a response, redirects included, must be complete within the client's
/// patience, or send() throws IncompleteResponse. Only the content of a file, which goes to a
/// receiver, may take as long as it makes progress. The body of an error response or a redirect is
/// cut off after 64 KiB or five seconds, because only its status matters.
class Client {
 public:
  /// `settings` must outlive the client. Throws Error if libcurl cannot be used, HubError if the
  /// endpoint is not a URL.
  Client(const Settings& settings, WaitOptions waiting);
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  /// Sends a request, follows redirects, and returns the response, whatever its status. A
  /// successful body goes to `receiver` if it is not null. `sent`, if not null, is increased by the
  /// bytes of the request's body as they are sent. Throws Unreachable if there is no complete
  /// response, HubError if a redirect is refused or a certificate is not trusted, Cancelled, and
  /// whatever the receiver throws.
  Response send(const Request& request, const Receiver* receiver = nullptr,
                std::atomic<std::uint64_t>* sent = nullptr);

  const Settings& settings() const noexcept { return settings_; }
  const WaitOptions& waiting() const noexcept { return waiting_; }

 private:
  struct Transfer;
  HeaderList headers_for(const Request& request, const std::string& url) const;
  std::chrono::seconds timeout_for(const Request& request) const;
  void perform(const Request& request, Transfer& transfer);
  std::string next_url(const Request& request, const Response& response) const;

  const Settings& settings_;
  WaitOptions waiting_;
  std::string origin_;        // of the endpoint
  std::string certificates_;  // path of a CA bundle; empty: libcurl's default
  struct Handle;
  std::unique_ptr<Handle> handle_;
};

}  // namespace m2v::hub
