#include "hub/download.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <utility>

#include "hub/api.h"
#include "hub/file_lock.h"
#include "hub/names.h"
#include "hub/partial_file.h"
#include "hub/problems.h"
#include "hub/retry.h"
#include "hub/shown.h"
#include "hub/url.h"

namespace m2v::hub {
namespace {

constexpr std::uint64_t kProgress = std::uint64_t{1} << 20;  // bytes that count as progress
constexpr int kMaxContentErrors = 2;
constexpr int kMaxResponseErrors = 3;
constexpr std::chrono::seconds kPatience{2};  // before the wait is reported

/// Parses a header value that is a natural number.
std::optional<std::uint64_t> natural(std::string_view text) {
  std::uint64_t value = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
  if (parsed.ec != std::errc() || parsed.ptr != text.data() + text.size()) return std::nullopt;
  return value;
}

/// Thrown if the server sends something other than it announced. Another attempt may succeed.
class UnexpectedResponse : public Unreachable {
 public:
  using Unreachable::Unreachable;
};

class Download {
 public:
  Download(Client& client, const Source& source, const RemoteFile& file, PartialFile& partial,
           Progress& progress)
      : client_(client), source_(source), file_(file), partial_(partial), progress_(progress) {}

  /// Downloads until the file has its listed size. Transient errors are retried, without limit as
  /// long as attempts make progress.
  void run() {
    Retries retries(client_.waiting());
    while (partial_.size() < file_.size) {
      const std::uint64_t before = partial_.size();
      try {
        const Response response = attempt();
        if (response.is_success()) continue;
        if (response.status == 416 && before > 0) {
          partial_.restart();
        } else if (!is_transient(response.status)) {
          throw_response_error(response, client_.settings(), {source_.repository, source_.commit});
        }
        if (!retries.any(&response)) {
          throw_response_error(response, client_.settings(), {source_.repository, source_.commit});
        }
        retries.wait(&response);
      } catch (const Unreachable& problem) {
        if (made_progress(before)) retries.reset();
        const bool wrong = dynamic_cast<const UnexpectedResponse*>(&problem) != nullptr ||
                           dynamic_cast<const IncompleteResponse*>(&problem) != nullptr;
        if (!retries.any() || (wrong && ++wrong_answers_ == kMaxResponseErrors)) throw;
        progress_.warn(std::string(problem.what()) + "; resuming at byte " +
                       std::to_string(partial_.size()));
        retries.wait();
      }
    }
  }

 private:
  /// Returns whether a failed attempt received enough to restore the full number of retries. A
  /// connection that only trickles does not, so that it ends eventually.
  bool made_progress(std::uint64_t before) const {
    return partial_.size() >=
           before + std::min(kProgress, std::max<std::uint64_t>(1, file_.size / 32));
  }

  Response attempt() {
    Request request;
    request.url = file_url(client_.settings(), source_.repository, source_.commit, file_.path);
    const std::uint64_t start = partial_.size();
    if (start > 0) request.headers.push_back("Range: bytes=" + std::to_string(start) + "-");
    Receiver receiver;
    receiver.begin = [&](const Response& response) { check_beginning(response); };
    receiver.write = [&](std::string_view bytes) {
      if (bytes.size() > file_.size - partial_.size()) wrong("is larger than listed");
      partial_.append(bytes);
    };
    Response response = client_.send(request, &receiver);
    if (response.is_success() && partial_.size() < file_.size) {
      throw Unreachable(described("ended early"), request.url, 0);
    }
    return response;
  }

  void check_beginning(const Response& response) {
    check_identity(response.hub_headers);
    if (response.status == 206) {
      const std::string* range = response.header("content-range");
      const std::string expected = "bytes " + std::to_string(partial_.size()) + "-";
      const std::string total = "/" + std::to_string(file_.size);
      if (range == nullptr || !range->starts_with(expected) ||
          !(range->ends_with(total) || range->ends_with("/*"))) {
        wrong("arrived with a different byte range than requested");
      }
      return;
    }
    if (partial_.size() > 0) partial_.restart();  // the server does not support ranges
    const std::string* length = response.header("content-length");
    if (length != nullptr && natural(*length) != file_.size)
      wrong("differs in size from the listing");
  }

  /// Compares the Hub's headers, which came before the redirect to its storage, with the listing.
  void check_identity(const Headers& headers) const {
    const auto commit = headers.find("x-repo-commit");
    auto etag = headers.find("x-linked-etag");
    if (etag == headers.end()) etag = headers.find("etag");
    const bool other_commit = commit != headers.end() && commit->second != source_.commit;
    if (etag == headers.end() && !other_commit) return;
    std::string hash = etag == headers.end() ? "" : etag->second;
    if (hash.starts_with("W/")) hash.erase(0, 2);
    std::erase(hash, '"');
    if (other_commit || (is_content_hash(hash) && hash != file_.hash)) {
      const std::string url =
          file_url(client_.settings(), source_.repository, source_.commit, file_.path);
      throw HubError(source_.repository + ": " + sanitized(file_.path) +
                         " has changed on the hub since it was listed; try again",
                     url, 0);
    }
  }

  std::string described(const std::string& what) const {
    return source_.repository + ": " + sanitized(file_.path) + " " + what;
  }

  [[noreturn]] void wrong(const std::string& what) const {
    throw UnexpectedResponse(
        described(what),
        file_url(client_.settings(), source_.repository, source_.commit, file_.path), 0);
  }

  Client& client_;
  const Source& source_;
  const RemoteFile& file_;
  PartialFile& partial_;
  Progress& progress_;
  int wrong_answers_ = 0;
};

void fetch_blob(Client& client, const Cache& cache, const Source& source, const RemoteFile& file,
                bool force, Progress& progress) {
  const std::filesystem::path blob = cache.blob(file.hash);
  const std::filesystem::path path = blob.string() + ".incomplete";
  for (int attempt = 1;; ++attempt) {
    PartialFile partial(path, file, progress.done);
    if (force && attempt == 1) partial.restart();
    Download(client, source, file, partial, progress).run();
    if (partial.finish(blob)) return;
    partial.remove();
    progress.done -= partial.size();
    if (attempt == kMaxContentErrors) {
      throw HubError(source.repository + ": " + sanitized(file.path) +
                         " arrives with another content than the " +
                         (file.hash.size() == 64 ? "SHA-256" : "hash") +
                         " that the hub lists for it; nothing was kept. Try again, or from another "
                         "network",
                     file_url(client.settings(), source.repository, source.commit, file.path), 0);
    }
  }
}

}  // namespace

void download_file(Client& client, const Cache& cache, const Source& source, const RemoteFile& file,
                   bool force, Progress& progress) {
  const auto start = std::chrono::steady_clock::now();
  bool told = false;
  const FileLock lock(cache.lock(file.hash), [&] {
    if (client.waiting().stop.load()) throw Cancelled();
    if (told || std::chrono::steady_clock::now() - start < kPatience) return;
    told = true;
    progress.warn("waiting for another process that is downloading " + sanitized(file.path));
  });
  const bool fetched = force || !cache.has_blob(file);
  if (fetched) {
    fetch_blob(client, cache, source, file, force, progress);
  } else {
    progress.done += file.size;
  }
  cache.link(source.commit, file, fetched);
}

}  // namespace m2v::hub
