#pragma once

#include <string>

#include "hub/http.h"
#include "hub/listing.h"

namespace m2v::hub {

// The Hub's HTTP API: queries about repositories and accounts. All functions that take a Client
// throw HubError if the request fails or the response is not the Hub's, and Cancelled if the client
// is stopped.

/// Returns the commit (40 hexadecimal digits) that a branch, tag or commit name refers to. A full
/// commit hash is returned as it is, without a request.
std::string find_commit(Client& client, const std::string& repository, const std::string& revision);

/// Lists all files of a commit, page by page. Throws Unreachable if the listing has more than 1,000
/// pages or 200,000 files, or takes longer than four times the client's patience for one response,
/// and FormatError if an entry is malformed or its path is unsafe.
Listing list_files(Client& client, const std::string& repository, const std::string& commit);

/// Returns the URL from which a file's content is downloaded: ENDPOINT/NAME/resolve/COMMIT/PATH.
std::string file_url(const Settings& settings, const std::string& repository,
                     const std::string& commit, const std::string& path);

/// Returns the URL of a repository in the Hub's API: ENDPOINT/api/models/NAME, followed by `what`,
/// which is empty or begins with a slash.
std::string api_url(const Settings& settings, const std::string& repository,
                    const std::string& what);

/// Returns the name of the account that the client's token belongs to.
std::string current_account(Client& client);

/// Parses the body of a response. Throws HubError if it is not JSON, which means that something
/// other than the Hub has responded.
base::Json parse_response(const Response& response);

}  // namespace m2v::hub
