#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hub/settings.h"
#include "m2v/error.h"

namespace m2v::hub {

/// No answer, or half of one: the same request may well succeed in a moment.
class Unreachable : public HubError {
 public:
  using HubError::HubError;
};

struct Request {
  std::string method = "GET";  ///< GET, POST or PUT.
  std::string url;
  std::vector<std::string> headers;  ///< "Name: value"
  std::string_view body;             ///< Of a POST or PUT; must outlive the call.
  long timeout = 0;                  ///< Seconds without progress; 0: as in the settings.
};

/// Names in lower case.
using Headers = std::map<std::string, std::string, std::less<>>;

struct Response {
  int status = 0;
  Headers headers;  ///< Of the last answer, after redirects.
  /// Of all answers that came from the hub itself, the first of each name: what it says about a
  /// file before it sends us to the storage.
  Headers hub_headers;
  std::string body;  ///< Unless it went to a receiver.
  std::string url;   ///< Of the last answer.

  bool is_success() const noexcept { return status >= 200 && status < 300; }
  const std::string* header(std::string_view name) const;
};

/// Takes the body of a successful answer piece by piece. May throw, which ends the transfer.
struct Receiver {
  std::function<void(const Response&)> begin;  ///< Before the first piece, headers complete.
  std::function<void(std::string_view)> write;
};

class HeaderList;

/// Sends requests, one at a time, over connections that are kept. The token goes to the endpoint's
/// own origin alone, wherever redirects lead; a redirect from TLS to plain HTTP is refused.
class Client {
 public:
  /// `stop` ends a transfer from another thread: it throws Cancelled then.
  Client(const Settings& settings, const std::atomic<bool>& stop);
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  /// Any status is an answer; throws Unreachable without one, HubError where redirects go wrong.
  /// `sent`, if given, counts the bytes of the body that are on their way.
  Response send(const Request& request, const Receiver* receiver = nullptr,
                std::atomic<std::uint64_t>* sent = nullptr);

  const Settings& settings() const noexcept { return settings_; }
  const std::atomic<bool>& stop() const noexcept { return stop_; }

 private:
  struct Transfer;
  HeaderList headers_for(const Request& request, const std::string& url) const;
  Response perform(const Request& request, const std::string& url, Headers hub_headers,
                   const Receiver* receiver, std::atomic<std::uint64_t>* sent);
  std::string next_url(const Request& request, const Response& response) const;

  const Settings& settings_;
  const std::atomic<bool>& stop_;
  std::string origin_;        // the endpoint's
  std::string certificates_;  // a file; empty: libcurl's own
  struct Handle;
  std::unique_ptr<Handle> handle_;
};

}  // namespace m2v::hub
