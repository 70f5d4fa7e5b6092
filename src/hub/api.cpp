#include "hub/api.h"

#include <chrono>
#include <iterator>
#include <utility>
#include <vector>

#include "hub/names.h"
#include "hub/problems.h"
#include "hub/retry.h"
#include "hub/url.h"

namespace m2v::hub {
namespace {

constexpr std::size_t kMaxPages = 1000;
constexpr std::size_t kMaxFiles = 200'000;
// The time limit of a whole listing, as a multiple of the patience for one response.
constexpr int kListingTimeoutFactor = 4;

Response get(Client& client, const std::string& url, const RequestContext& about) {
  Request request;
  request.url = url;
  Response response = send_with_retries(client, request);
  if (!response.is_success()) throw_response_error(response, client.settings(), about);
  return response;
}

[[noreturn]] void throw_not_the_hub(const Response& response, const std::string& problem) {
  const std::string url = url_for_display(response.url);
  throw Unreachable(
      url + ": " + problem + "; is HF_ENDPOINT right, or is a proxy responding instead?", url,
      response.status);
}

/// Returns the next page's URL from a header of the form `Link: <URL>; rel="next"`; empty if there
/// is none.
std::string next_page(const Response& response) {
  const std::string* link = response.header("link");
  if (link == nullptr || link->find("rel=\"next\"") == std::string::npos) return {};
  const std::size_t begin = link->find('<');
  const std::size_t end = link->find('>');
  if (begin == std::string::npos || end == std::string::npos || end < begin) return {};
  std::string url = resolved_url(response.url, link->substr(begin + 1, end - begin - 1));
  if (origin_of(url) != origin_of(response.url)) {
    throw_not_the_hub(response, "the file listing continues on another host");
  }
  return url;
}

}  // namespace

base::Json parse_response(const Response& response) {
  try {
    return base::parse_json(response.body, url_for_display(response.url));
  } catch (const FormatError&) {
    throw_not_the_hub(response, "the response is not from the Hub");
  }
}

std::string api_url(const Settings& settings, const std::string& repository,
                    const std::string& what) {
  return settings.endpoint + "/api/models/" + repository + what;
}

std::string find_commit(Client& client, const std::string& repository,
                        const std::string& revision) {
  if (is_commit(revision)) return revision;
  const std::string url =
      api_url(client.settings(), repository, "/revision/" + percent_encoded(revision, true));
  const Response response = get(client, url, {repository, revision});
  const base::Json info = parse_response(response);
  const base::Json* commit = info.find("sha");
  if (commit == nullptr || !commit->is_string() || !is_commit(commit->string())) {
    throw_not_the_hub(response, "the response contains no commit");
  }
  return commit->string();
}

Listing list_files(Client& client, const std::string& repository, const std::string& commit) {
  const auto end =
      std::chrono::steady_clock::now() + kListingTimeoutFactor * client.waiting().patience.answer;
  std::vector<RemoteFile> files;
  std::string url =
      api_url(client.settings(), repository, "/tree/" + commit + "?recursive=true&expand=false");
  for (std::size_t page = 0; !url.empty(); ++page) {
    const Response response = get(client, url, {repository, commit});
    if (page == kMaxPages || files.size() > kMaxFiles)
      throw_not_the_hub(response, "the file listing is too long");
    if (std::chrono::steady_clock::now() > end) {
      throw IncompleteResponse(url_for_display(url) + ": the file listing takes too long",
                               url_for_display(url), 0);
    }
    static_cast<void>(parse_response(response));
    std::vector<RemoteFile> more =
        Listing::parse_page(response.body, url_for_display(response.url));
    std::move(more.begin(), more.end(), std::back_inserter(files));
    url = next_page(response);
  }
  return Listing(std::move(files));
}

std::string file_url(const Settings& settings, const std::string& repository,
                     const std::string& commit, const std::string& path) {
  return settings.endpoint + "/" + repository + "/resolve/" + commit + "/" +
         percent_encoded(path, false);
}

std::string current_account(Client& client) {
  const Response response =
      get(client, client.settings().endpoint + "/api/whoami-v2", {"your account", "", true});
  const base::Json answer = parse_response(response);
  const base::Json* name = answer.find("name");
  if (name == nullptr || !name->is_string())
    throw_not_the_hub(response, "the response contains no account name");
  if (!is_repository_name(name->string()) || name->string().find('/') != std::string::npos) {
    throw_not_the_hub(response, "the account name in the response is invalid");
  }
  return name->string();
}

}  // namespace m2v::hub
