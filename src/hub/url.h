#pragma once

#include <string>

namespace m2v::hub {

/// Returns the scheme, host and port of a URL in lower case, with the scheme's default port if
/// there is none: "https://huggingface.co:443". Throws HubError if `url` is not a URL.
std::string origin_of(const std::string& url);

/// Resolves a Location header relative to the URL `base`. Throws HubError if either is not a URL.
std::string resolved_url(const std::string& base, const std::string& location);

/// Returns a URL for use in messages: without user name and password, and without the query, which
/// may hold a signature.
std::string url_for_display(const std::string& url);

/// Returns whether the URL's host is the local machine.
bool is_loopback(const std::string& url);

}  // namespace m2v::hub
