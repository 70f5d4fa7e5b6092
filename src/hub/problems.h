#pragma once

#include <string>

#include "hub/http.h"

namespace m2v::hub {

/// The subject of a request, for the error message.
struct RequestContext {
  std::string repository;
  std::string revision;
  bool writing = false;  ///< Whether the request was to change the repository.
};

/// Throws a HubError whose message explains the response and suggests a remedy. Precondition: the
/// response is not a success.
[[noreturn]] void throw_response_error(const Response& response, const Settings& settings,
                                       const RequestContext& about);

}  // namespace m2v::hub
