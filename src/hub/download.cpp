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

constexpr std::uint64_t kProgress = std::uint64_t{1} << 20;  // bytes that count as going on
constexpr int kMostWrongContents = 2;
constexpr int kMostWrongAnswers = 3;
constexpr std::chrono::seconds kPatience{2};  // before we say that we wait

/// The number in a header's text, if it is one.
std::optional<std::uint64_t> natural(std::string_view text) {
  std::uint64_t value = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
  if (parsed.ec != std::errc() || parsed.ptr != text.data() + text.size()) return std::nullopt;
  return value;
}

/// What the server sends is not what it announced: another attempt may be luckier, or not.
class WrongAnswer : public Unreachable {
 public:
  using Unreachable::Unreachable;
};

class Download {
 public:
  Download(Client& client, const Source& source, const RemoteFile& file, PartialFile& partial,
           Progress& progress)
      : client_(client), source_(source), file_(file), partial_(partial), progress_(progress) {}

  /// Until the file has its size. What passes is tried again; as long as it goes on, without end.
  void run() {
    Retries retries(client_.waiting());
    while (partial_.size() < file_.size) {
      const std::uint64_t before = partial_.size();
      try {
        const Response response = attempt();
        if (response.is_success()) continue;
        if (response.status == 416 && before > 0) {
          partial_.restart();
        } else if (!is_passing(response.status)) {
          throw_problem(response, client_.settings(), {source_.repository, source_.commit});
        }
        if (!retries.any(&response)) {
          throw_problem(response, client_.settings(), {source_.repository, source_.commit});
        }
        retries.wait(&response);
      } catch (const Unreachable& problem) {
        if (went_on(before)) retries.reset();
        const bool wrong = dynamic_cast<const WrongAnswer*>(&problem) != nullptr ||
                           dynamic_cast<const EndlessAnswer*>(&problem) != nullptr;
        if (!retries.any() || (wrong && ++wrong_answers_ == kMostWrongAnswers)) throw;
        progress_.warn(std::string(problem.what()) + "; going on from byte " +
                       std::to_string(partial_.size()));
        retries.wait();
      }
    }
  }

 private:
  /// Whether an attempt that failed brought enough to be followed by as many as if it were new. A
  /// line that drips does not, and so comes to an end.
  bool went_on(std::uint64_t before) const {
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
      if (bytes.size() > file_.size - partial_.size()) wrong("is longer than the hub lists it");
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
      // Content-Range: bytes 100-999/1000
      const std::string* range = response.header("content-range");
      const std::string expected = "bytes " + std::to_string(partial_.size()) + "-";
      const std::string total = "/" + std::to_string(file_.size);
      if (range == nullptr || !range->starts_with(expected) ||
          !(range->ends_with(total) || range->ends_with("/*"))) {
        wrong("comes in another part than the one asked for");
      }
      return;
    }
    if (partial_.size() > 0) partial_.restart();  // the server knows no ranges
    const std::string* length = response.header("content-length");
    if (length != nullptr && natural(*length) != file_.size) wrong("has another size than listed");
  }

  /// The hub's own words about the file, which came before those of the storage.
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
      throw HubError(source_.repository + ": " + shown(file_.path) +
                         " has changed on the hub since it was listed; try again",
                     url, 0);
    }
  }

  std::string described(const std::string& what) const {
    return source_.repository + ": " + shown(file_.path) + " " + what;
  }

  [[noreturn]] void wrong(const std::string& what) const {
    throw WrongAnswer(described(what),
                      file_url(client_.settings(), source_.repository, source_.commit, file_.path),
                      0);
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
    if (attempt == kMostWrongContents) {
      throw HubError(source.repository + ": " + shown(file.path) +
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
    progress.warn("waiting for another program that downloads " + shown(file.path));
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
