#pragma once

#include <string>

#include "hub/http.h"
#include "hub/listing.h"

namespace m2v::hub {

/// What the hub says about a repository. All throw HubError.

/// The commit that a branch, tag or commit name stands for.
std::string find_commit(Client& client, const std::string& repository, const std::string& revision);

/// All files of a commit. A listing that goes on for too long, or has too many files, is
/// Unreachable.
Listing list_files(Client& client, const std::string& repository, const std::string& commit);

/// Where a file's content is to be had.
std::string file_url(const Settings& settings, const std::string& repository,
                     const std::string& commit, const std::string& path);

/// The URL of the hub's interface for a repository: ENDPOINT/api/models/NAME/WHAT.
std::string api_url(const Settings& settings, const std::string& repository,
                    const std::string& what);

/// The name of the account that the token belongs to.
std::string account_name(Client& client);

/// Parses an answer's body. Throws HubError if it is no JSON: then it is not the hub that answers.
core::Json parse_answer(const Response& response);

}  // namespace m2v::hub
