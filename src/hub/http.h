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

#include "hub/settings.h"
#include "m2v/error.h"

namespace m2v::hub {

/// No answer, or half of one: the same request may well succeed in a moment.
class Unreachable : public HubError {
 public:
  using HubError::HubError;
};

/// The answer was not complete in time, or goes on for longer than any could: a second attempt may
/// have more luck, a third hardly will.
class EndlessAnswer : public Unreachable {
 public:
  using Unreachable::Unreachable;
};

/// How long a client waits for the hub, and how often it asks again, before it gives up.
struct Patience {
  int retries = 5;                          ///< Attempts after the first one.
  std::chrono::seconds answer{30};          ///< For a whole answer, unless it is a file's content.
  std::chrono::seconds longest_pause{120};  ///< That a server may ask for.
};

/// With nothing at hand but what the hub gives: `retries` of them.
Patience patient(const Settings& settings, int retries = 5);
/// With a copy in the cache, for which nobody wants to wait long.
Patience impatient(const Settings& settings, int retries = 0);

/// With whom, and for how long, a client waits.
struct Waiting {
  const std::atomic<bool>& stop;                ///< Set by another thread: Cancelled is thrown.
  Patience patience{};                          ///< Until it gives up.
  std::function<void(const std::string&)> say;  ///< Told why it takes time; may be empty.
};

struct Request {
  std::string method = "GET";  ///< GET, POST or PUT.
  std::string url;
  std::vector<std::string> headers;  ///< "Name: value"
  std::string_view body;             ///< Of a POST or PUT; must outlive the call.
  long timeout = 0;  ///< Seconds without progress, and for the whole answer once the body is sent;
                     ///< 0: as in the settings, and the client's patience.
};

/// Names in lower case.
using Headers = std::map<std::string, std::string, std::less<>>;

struct Response {
  int status = 0;
  Headers headers;  ///< Of the last answer, after redirects.
  /// Of all answers that came from the hub itself, the first of each name: what it says about a
  /// file before it sends us to the storage.
  Headers hub_headers;
  std::string body;  ///< Unless it went to a receiver; of a refusal, the beginning.
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
///
/// Everything comes to an end: an answer is complete within the client's patience, redirects
/// included, or it is an EndlessAnswer. Only the content of a file, which goes to a receiver, may
/// take as long as it keeps coming. Of a refusal or a redirect the status is what counts: its body
/// is cut off after 64 KiB or five seconds.
class Client {
 public:
  Client(const Settings& settings, Waiting waiting);
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  /// Any status is an answer; throws Unreachable without one, HubError where redirects go wrong.
  /// `sent`, if given, counts the bytes of the body that are on their way.
  Response send(const Request& request, const Receiver* receiver = nullptr,
                std::atomic<std::uint64_t>* sent = nullptr);

  const Settings& settings() const noexcept { return settings_; }
  const Waiting& waiting() const noexcept { return waiting_; }

 private:
  struct Transfer;
  HeaderList headers_for(const Request& request, const std::string& url) const;
  std::chrono::seconds patience_for(const Request& request) const;
  void perform(const Request& request, Transfer& transfer);
  std::string next_url(const Request& request, const Response& response) const;

  const Settings& settings_;
  Waiting waiting_;
  std::string origin_;        // the endpoint's
  std::string certificates_;  // a file; empty: libcurl's own
  struct Handle;
  std::unique_ptr<Handle> handle_;
};

}  // namespace m2v::hub
