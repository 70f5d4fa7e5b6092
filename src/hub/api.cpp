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
constexpr int kMaxAnswers = 4;  // times the client's patience with one: for a whole listing

Response get(Client& client, const std::string& url, const About& about) {
  Request request;
  request.url = url;
  Response response = send_with_retries(client, request);
  if (!response.is_success()) throw_problem(response, client.settings(), about);
  return response;
}

[[noreturn]] void not_the_hub(const Response& response, const std::string& problem) {
  const std::string url = shown_url(response.url);
  throw Unreachable(
      url + ": " + problem + "; is HF_ENDPOINT right, or does a proxy answer instead?", url,
      response.status);
}

/// The next page's URL, out of: Link: <URL>; rel="next"
std::string next_page(const Response& response) {
  const std::string* link = response.header("link");
  if (link == nullptr || link->find("rel=\"next\"") == std::string::npos) return {};
  const std::size_t begin = link->find('<');
  const std::size_t end = link->find('>');
  if (begin == std::string::npos || end == std::string::npos || end < begin) return {};
  std::string url = resolved_url(response.url, link->substr(begin + 1, end - begin - 1));
  if (origin_of(url) != origin_of(response.url)) {
    not_the_hub(response, "the list of files goes on elsewhere");
  }
  return url;
}

}  // namespace

core::Json parse_answer(const Response& response) {
  try {
    return core::parse_json(response.body, shown_url(response.url));
  } catch (const FormatError&) {
    not_the_hub(response, "the answer is not the hub's");
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
      api_url(client.settings(), repository, "/revision/" + quoted(revision, true));
  const Response response = get(client, url, {repository, revision});
  const core::Json info = parse_answer(response);
  const core::Json* commit = info.find("sha");
  if (commit == nullptr || !commit->is_string() || !is_commit(commit->string())) {
    not_the_hub(response, "the answer names no commit");
  }
  return commit->string();
}

Listing list_files(Client& client, const std::string& repository, const std::string& commit) {
  const auto end =
      std::chrono::steady_clock::now() + kMaxAnswers * client.waiting().patience.answer;
  std::vector<RemoteFile> files;
  std::string url =
      api_url(client.settings(), repository, "/tree/" + commit + "?recursive=true&expand=false");
  for (std::size_t page = 0; !url.empty(); ++page) {
    const Response response = get(client, url, {repository, commit});
    if (page == kMaxPages || files.size() > kMaxFiles)
      not_the_hub(response, "the list of files does not end");
    if (std::chrono::steady_clock::now() > end) {
      throw EndlessAnswer(shown_url(url) + ": the list of files takes too long", shown_url(url), 0);
    }
    static_cast<void>(parse_answer(response));
    std::vector<RemoteFile> more = Listing::parse_page(response.body, shown_url(response.url));
    std::move(more.begin(), more.end(), std::back_inserter(files));
    url = next_page(response);
  }
  return Listing(std::move(files));
}

std::string file_url(const Settings& settings, const std::string& repository,
                     const std::string& commit, const std::string& path) {
  return settings.endpoint + "/" + repository + "/resolve/" + commit + "/" + quoted(path, false);
}

std::string account_name(Client& client) {
  const Response response =
      get(client, client.settings().endpoint + "/api/whoami-v2", {"your account", "", true});
  const core::Json answer = parse_answer(response);
  const core::Json* name = answer.find("name");
  if (name == nullptr || !name->is_string()) not_the_hub(response, "the answer names no account");
  if (!is_repository_name(name->string()) || name->string().find('/') != std::string::npos) {
    not_the_hub(response, "the answer's account is none");
  }
  return name->string();
}

}  // namespace m2v::hub
