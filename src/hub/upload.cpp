#include "hub/upload.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <utility>

#include "base/base64.h"
#include "base/json.h"
#include "hub/api.h"
#include "hub/names.h"
#include "hub/problems.h"
#include "hub/retry.h"
#include "hub/shown.h"
#include "hub/url.h"

namespace m2v::hub {
namespace {

using base::Json;
using base::JsonAt;

// Bytes of a file from which the Hub tells text from binary content.
constexpr std::size_t kSample = 512;
constexpr std::size_t kBatch = 256;  // files per request
// Timeout in seconds of requests after which the Hub processes what it received.
constexpr long kSeconds = 120;

constexpr char kJson[] = "Content-Type: application/json";
constexpr char kLfs[] = "Content-Type: application/vnd.git-lfs+json";
constexpr char kAcceptLfs[] = "Accept: application/vnd.git-lfs+json";

Json object(std::vector<Json::Member> members) { return Json(Json::Object(std::move(members))); }

/// `seconds` is the timeout for the response; 0: the client's patience.
Response post(Client& client, const Commit& commit, const std::string& url, const Json& body,
              std::vector<std::string> headers, long seconds = 0) {
  const std::string text = body.dump();
  Request request;
  request.method = "POST";
  request.url = url;
  request.headers = std::move(headers);
  request.body = text;
  request.timeout = seconds;
  Response response = send_with_retries(client, request);
  if (!response.is_success()) {
    throw_response_error(response, client.settings(), {commit.repository, commit.revision, true});
  }
  return response;
}

std::string commit_url(Client& client, const Commit& commit, const std::string& what) {
  return api_url(client.settings(), commit.repository,
                 "/" + what + "/" + percent_encoded(commit.revision, true)) +
         (commit.create_pr ? "?create_pr=1" : "");
}

/// Uploads one object in the way that the storage requests.
class ObjectUpload {
 public:
  ObjectUpload(Client& client, const Commit& commit, const Addition& addition,
               std::atomic<std::uint64_t>& sent)
      : client_(client), commit_(commit), addition_(addition), sent_(sent) {}

  void run(const JsonAt& actions) {
    const JsonAt upload = actions.at("upload");
    const std::string href = upload.at("href").string();
    const auto header = upload.get("header");
    const auto chunk = header ? header->get("chunk_size") : std::nullopt;
    if (chunk) {
      put_parts(href, *header, *chunk);
    } else {
      put(href, addition_.file->content());
    }
    if (const auto verify = actions.get("verify")) {
      const Json body =
          object({{"oid", addition_.sha256}, {"size", static_cast<std::uint64_t>(content_size())}});
      post(client_, commit_, verify->at("href").string(), body, {kLfs, kAcceptLfs}, kSeconds);
    }
  }

 private:
  std::size_t content_size() const { return addition_.file->content().size(); }

  /// Uploads bytes and returns the ETag that the storage assigns.
  std::string put(const std::string& url, std::string_view bytes) {
    Request request;
    request.method = "PUT";
    request.url = url;
    request.body = bytes;
    request.timeout = kSeconds;
    const Response response = send_with_retries(client_, request, &sent_);
    if (!response.is_success()) {
      throw HubError(commit_.repository + ": the storage rejected " + addition_.file->path +
                         " (status " + std::to_string(response.status) + "); try again",
                     url_for_display(url), response.status);
    }
    const std::string* etag = response.header("etag");
    return etag == nullptr ? "" : *etag;
  }

  /// Uploads parts of `chunk_size` bytes, each to the URL under its number in `header`, then sends
  /// one request that completes the upload.
  void put_parts(const std::string& href, const JsonAt& header, const JsonAt& chunk) {
    const std::size_t size = chunk_size(chunk);
    std::map<std::size_t, std::string> addresses;
    for (const auto& [name, value] : header.object()) {
      std::size_t number = 0;
      const auto parsed = std::from_chars(name.data(), name.data() + name.size(), number);
      const bool whole = parsed.ec == std::errc() && parsed.ptr == name.data() + name.size();
      if (whole) addresses[number] = header.at(name).string();
    }
    const std::size_t count = (content_size() + size - 1) / size;
    if (addresses.size() != count || addresses.begin()->first != 1 ||
        addresses.rbegin()->first != count) {
      header.fail("does not have the " + std::to_string(count) + " addresses of the parts");
    }
    Json::Array parts;
    for (const auto& [number, url] : addresses) {
      const std::string etag =
          put(url, addition_.file->content().substr((number - 1) * size, size));
      if (etag.empty()) header.fail("the storage gave part " + std::to_string(number) + " no ETag");
      parts.push_back(object({{"partNumber", static_cast<std::uint64_t>(number)}, {"etag", etag}}));
    }
    const Json body = object({{"oid", addition_.sha256}, {"parts", std::move(parts)}});
    post(client_, commit_, href, body, {kLfs, kAcceptLfs}, kSeconds);
  }

  /// Parses the chunk size, which is a number or a string that holds one.
  static std::size_t chunk_size(const JsonAt& chunk) {
    std::uint64_t size = 0;
    if (chunk.value().is_string()) {
      const std::string& text = chunk.string();
      const auto parsed = std::from_chars(text.data(), text.data() + text.size(), size);
      if (parsed.ptr != text.data() + text.size()) size = 0;
    } else {
      size = chunk.natural();
    }
    if (size == 0) chunk.fail("must be a number of bytes");
    return static_cast<std::size_t>(size);
  }

  Client& client_;
  const Commit& commit_;
  const Addition& addition_;
  std::atomic<std::uint64_t>& sent_;
};

Json batch_request(const Commit& commit, const std::vector<const Addition*>& objects) {
  Json::Array wanted;
  for (const Addition* addition : objects) {
    wanted.push_back(
        object({{"oid", addition->sha256},
                {"size", static_cast<std::uint64_t>(addition->file->content().size())}}));
  }
  Json body = object({{"operation", "upload"},
                      {"transfers", Json::Array{"basic", "multipart"}},
                      {"objects", std::move(wanted)},
                      {"hash_algo", "sha256"}});
  // Naming a branch requires write access to it, which an account that may only open pull requests
  // lacks.
  if (!commit.create_pr) body.set("ref", object({{"name", commit.revision}}));
  return body;
}

/// Returns the commit as JSON lines: a header, then one line per file.
std::string commit_json_lines(const Commit& commit, const std::vector<Addition>& additions) {
  const auto line = [](const char* key, Json value) {
    return object({{"key", key}, {"value", std::move(value)}}).dump() + "\n";
  };
  std::string lines = line(
      "header",
      object({{"summary", commit.title}, {"description", ""}, {"parentCommit", commit.parent}}));
  for (const Addition& addition : additions) {
    const std::string_view content = addition.file->content();
    if (addition.is_lfs) {
      lines += line("lfsFile", object({{"path", addition.file->path},
                                       {"algo", "sha256"},
                                       {"oid", addition.sha256},
                                       {"size", static_cast<std::uint64_t>(content.size())}}));
    } else {
      lines += line("file", object({{"content", base::encode_base64(content)},
                                    {"path", addition.file->path},
                                    {"encoding", "base64"}}));
    }
  }
  return lines;
}

}  // namespace

std::vector<Addition> plan_additions(Client& client, const Commit& commit,
                                     const std::vector<const LocalFile*>& files) {
  std::vector<Addition> additions;
  for (std::size_t begin = 0; begin < files.size(); begin += kBatch) {
    Json::Array wanted;
    std::map<std::string, const LocalFile*, std::less<>> by_path;
    for (std::size_t i = begin; i < std::min(begin + kBatch, files.size()); ++i) {
      const std::string_view content = files[i]->content();
      by_path[files[i]->path] = files[i];
      wanted.push_back(object({{"path", files[i]->path},
                               {"sample", base::encode_base64(content.substr(0, kSample))},
                               {"size", static_cast<std::uint64_t>(content.size())}}));
    }
    const Response response = post(client, commit, commit_url(client, commit, "preupload"),
                                   object({{"files", std::move(wanted)}}), {kJson});
    const Json answer = parse_response(response);
    const std::string name = url_for_display(response.url);
    for (const JsonAt& entry : JsonAt(answer, name).at("files").elements()) {
      const auto found = by_path.find(entry.at("path").string());
      if (found == by_path.end() || entry.boolean_or("shouldIgnore", false)) continue;
      Addition addition{found->second, false, {}};
      // The storage does not accept empty objects.
      addition.is_lfs =
          entry.at("uploadMode").string() == "lfs" && !addition.file->content().empty();
      if (addition.is_lfs) addition.sha256 = addition.file->hash(true);
      additions.push_back(std::move(addition));
    }
  }
  return additions;
}

std::uint64_t upload_objects(Client& client, const Commit& commit,
                             const std::vector<Addition>& additions,
                             std::atomic<std::uint64_t>& sent) {
  std::vector<const Addition*> objects;
  for (const Addition& addition : additions) {
    if (addition.is_lfs) objects.push_back(&addition);
  }
  std::uint64_t uploaded = 0;
  const std::string url =
      client.settings().endpoint + "/" + commit.repository + ".git/info/lfs/objects/batch";
  while (!objects.empty()) {
    const auto count = static_cast<std::ptrdiff_t>(std::min(kBatch, objects.size()));
    const std::vector<const Addition*> batch(objects.begin(), objects.begin() + count);
    objects.erase(objects.begin(), objects.begin() + count);
    const Response response =
        post(client, commit, url, batch_request(commit, batch), {kLfs, kAcceptLfs});
    const Json answer = parse_response(response);
    const std::string name = url_for_display(response.url);
    for (const JsonAt& entry : JsonAt(answer, name).at("objects").elements()) {
      const auto found = std::ranges::find(batch, entry.at("oid").string(), &Addition::sha256);
      if (found == batch.end()) continue;
      if (const auto problem = entry.get("error")) {
        throw HubError(commit.repository + ": the Hub rejected " + (*found)->file->path + ": " +
                           sanitized(problem->string_or("message", "no reason given")),
                       name, static_cast<int>(problem->natural_or("code", 0)));
      }
      const std::uint64_t size = (*found)->file->content().size();
      const auto actions = entry.get("actions");
      if (actions && actions->get("upload")) {
        ObjectUpload(client, commit, **found, sent).run(*actions);
        uploaded += size;
      } else {
        sent += size;  // already stored
      }
    }
  }
  return uploaded;
}

Committed send_commit(Client& client, const Commit& commit,
                      const std::vector<Addition>& additions) {
  const std::string lines = commit_json_lines(commit, additions);
  Request request;
  request.method = "POST";
  request.url = commit_url(client, commit, "commit");
  request.headers = {"Content-Type: application/x-ndjson"};
  request.body = lines;
  request.timeout = kSeconds;
  // Without a response it is unknown whether the commit was made, so the request is repeated only
  // after a definite refusal.
  Retries retries(client.waiting());
  Response response = client.send(request);
  while ((response.status == 429 || response.status == 503) && retries.any(&response)) {
    retries.wait(&response);
    response = client.send(request);
  }
  if (!response.is_success()) {
    throw_response_error(response, client.settings(), {commit.repository, commit.revision, true});
  }
  const Json answer = parse_response(response);
  const std::string name = url_for_display(response.url);
  const JsonAt root(answer, name);
  return {root.string_or("commitOid", ""),
          root.string_or(commit.create_pr ? "pullRequestUrl" : "commitUrl", "")};
}

}  // namespace m2v::hub
