#pragma once

#include <string>

#include "hub/http.h"

namespace m2v::hub {

/// What a request was about, for the message.
struct About {
  std::string repository;
  std::string revision;
  bool writing = false;
};

/// Throws a HubError that says what the answer means and what can be done about it.
/// Precondition: the answer is no success.
[[noreturn]] void throw_problem(const Response& response, const Settings& settings,
                                const About& about);

}  // namespace m2v::hub
