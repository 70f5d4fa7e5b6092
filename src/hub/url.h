#pragma once

#include <string>

namespace m2v::hub {

/// Scheme, host and port, in lower case and with the scheme's port where none is written:
/// "https://huggingface.co:443". Throws HubError for what is no URL.
std::string origin_of(const std::string& url);

/// Where a Location header leads from `base`. Throws HubError for what is no URL.
std::string resolved_url(const std::string& base, const std::string& location);

/// Without the query, which may hold a signature: for messages.
std::string shown_url(const std::string& url);

/// Whether the host is this machine itself.
bool is_loopback(const std::string& url);

}  // namespace m2v::hub
