#include "hub/http.h"

#include <curl/curl.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstring>
#include <exception>
#include <mutex>
#include <new>
#include <utility>

#include "base/ascii_space.h"
#include "hub/shown.h"
#include "hub/url.h"
#include "m2v/version.h"

namespace m2v::hub {
namespace {

constexpr int kMaxRedirects = 10;
constexpr long kConnectSeconds = 10;
constexpr std::chrono::seconds kErrorBodyTimeout{5};  // for the body of an error response
// A transfer that is slower than this for the whole timeout is considered dead.
constexpr long kSlowestBytesPerSecond = 512;
constexpr std::size_t kMaxBody = std::size_t{16} << 20;
constexpr std::size_t kMaxErrorBody = std::size_t{64} << 10;
constexpr std::size_t kMaxHeaders = 200;
constexpr std::size_t kMaxHeaderBytes = std::size_t{512} << 10;
constexpr int kPollMilliseconds = 100;  // how often a transfer checks whether to stop

bool is_redirect(int status) noexcept {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](unsigned char c) { return std::tolower(c); });
  return out;
}

std::string_view trimmed(std::string_view text) { return base::trimmed(text, " \t\r\n"); }

void initialize_curl() {
  static std::once_flag once;
  std::call_once(once, [] {
    if (::curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
      throw Error("libcurl cannot be initialized");
  });
}

void set(CURL* curl, CURLoption option, auto value) {
  if (::curl_easy_setopt(curl, option, value) != CURLE_OK) throw Error("libcurl is too old");
}

/// Sets the options that are the same for all requests.
void set_policy(CURL* curl) {
  static const std::string agent = "m2v/" + std::string(version());
  set(curl, CURLOPT_PROTOCOLS_STR, "http,https");
  set(curl, CURLOPT_USERAGENT, agent.c_str());
  // Sends these headers to no proxy.
  set(curl, CURLOPT_HEADEROPT, static_cast<long>(CURLHEADER_SEPARATE));
  set(curl, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  set(curl, CURLOPT_NOSIGNAL, 1L);
  set(curl, CURLOPT_CONNECTTIMEOUT, kConnectSeconds);
  set(curl, CURLOPT_LOW_SPEED_LIMIT, kSlowestBytesPerSecond);
}

[[noreturn]] void fail(CURLcode code, const std::string& why, const std::string& url) {
  if (code == CURLE_OUT_OF_MEMORY) {  // libcurl also returns this for a header of more than 100 kB
    throw IncompleteResponse(url + ": a header of its answer is too long, or memory is short", url,
                             0);
  }
  if (code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_SSL_CACERT_BADFILE) {
    throw HubError(url + ": its certificate is not trusted (" + why +
                       "); behind a proxy that has its own, name it in SSL_CERT_FILE",
                   url, 0);
  }
  throw Unreachable(url + ": " + why, url, 0);
}

}  // namespace

/// Owns a curl_slist of headers.
class HeaderList {
 public:
  HeaderList() = default;
  ~HeaderList() { ::curl_slist_free_all(list_); }
  HeaderList(HeaderList&& other) noexcept : list_(std::exchange(other.list_, nullptr)) {}
  HeaderList& operator=(HeaderList&&) = delete;
  void add(const std::string& line) {
    curl_slist* longer = ::curl_slist_append(list_, line.c_str());
    if (longer == nullptr) throw std::bad_alloc();
    list_ = longer;
  }
  curl_slist* get() const noexcept { return list_; }

 private:
  curl_slist* list_ = nullptr;
};

const std::string* Response::header(std::string_view name) const {
  const auto found = headers.find(name);
  return found == headers.end() ? nullptr : &found->second;
}

RetryPolicy default_policy(const Settings& settings, int retries) {
  return {.retries = retries, .answer = 3 * std::chrono::seconds(settings.timeout)};
}

RetryPolicy quick_policy(const Settings& settings, int retries) {
  constexpr std::chrono::seconds kMaxAnswer{10};
  constexpr std::chrono::seconds kMaxPause{5};
  return {.retries = retries,
          .answer = std::min(std::chrono::seconds(settings.timeout), kMaxAnswer),
          .max_pause = kMaxPause};
}

struct Client::Handle {
  CURL* curl = ::curl_easy_init();
  CURLM* multi = ::curl_multi_init();  // owns the connections

  Handle() = default;
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  ~Handle() {
    ::curl_easy_cleanup(curl);
    ::curl_multi_cleanup(multi);
  }

  /// Does what curl_easy_perform() does, but that function calls the progress callback only once a
  /// second.
  CURLcode perform() const {
    if (::curl_multi_add_handle(multi, curl) != CURLM_OK) return CURLE_OUT_OF_MEMORY;
    CURLMcode state = CURLM_OK;
    int running = 1;
    while (state == CURLM_OK && running > 0) {
      state = ::curl_multi_perform(multi, &running);
      if (state == CURLM_OK && running > 0) {
        state = ::curl_multi_poll(multi, nullptr, 0, kPollMilliseconds, nullptr);
      }
    }
    CURLcode code = state == CURLM_OK ? CURLE_OK : CURLE_OUT_OF_MEMORY;
    int left = 0;
    while (const CURLMsg* message = ::curl_multi_info_read(multi, &left)) {
      if (message->msg == CURLMSG_DONE) code = message->data.result;
    }
    ::curl_multi_remove_handle(multi, curl);
    return code;
  }
};

/// One exchange: the state of libcurl's callbacks, which are called from C and must not throw.
struct Client::Transfer {
  using Clock = std::chrono::steady_clock;

  Response response;
  const Receiver* receiver = nullptr;
  const std::atomic<bool>* stop = nullptr;
  std::atomic<std::uint64_t>* sent = nullptr;
  std::string_view body;
  std::chrono::seconds patience{};
  Clock::time_point deadline;  // for the whole response, unless it goes to the receiver
  std::size_t body_sent = 0;
  std::size_t header_bytes = 0;
  bool from_hub = false;
  bool begun = false;
  // When the headers of an error response or redirect were complete.
  std::optional<Clock::time_point> refused;
  bool cut_off = false;  // whether the body of an error response was cut off
  bool late = false;
  std::exception_ptr failure;

  static std::size_t on_header(char* data, std::size_t size, std::size_t count, void* self) {
    return static_cast<Transfer*>(self)->guarded(
        size * count, [&](Transfer& t) { t.take_header({data, size * count}); });
  }
  static std::size_t on_body(char* data, std::size_t size, std::size_t count, void* self) {
    Transfer& t = *static_cast<Transfer*>(self);
    const std::size_t taken =
        t.guarded(size * count, [&](Transfer&) { t.take_body({data, size * count}); });
    return t.cut_off ? size * count + 1 : taken;
  }
  static std::size_t on_read(char* data, std::size_t size, std::size_t count, void* self) {
    Transfer& t = *static_cast<Transfer*>(self);
    const std::size_t bytes = std::min(size * count, t.body.size() - t.body_sent);
    if (bytes > 0) std::memcpy(data, t.body.data() + t.body_sent, bytes);
    t.body_sent += bytes;
    if (t.sent != nullptr) *t.sent += bytes;
    return bytes;
  }
  static int on_seek(void* self, curl_off_t offset, int origin) {
    Transfer& t = *static_cast<Transfer*>(self);
    const bool inside = offset >= 0 && static_cast<std::size_t>(offset) <= t.body.size();
    if (origin != SEEK_SET || !inside) return CURL_SEEKFUNC_FAIL;
    const auto target = static_cast<std::size_t>(offset);
    if (t.sent != nullptr) *t.sent -= t.body_sent - target;
    t.body_sent = target;
    return CURL_SEEKFUNC_OK;
  }
  static int on_progress(void* self, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
    return static_cast<Transfer*>(self)->is_over() ? 1 : 0;
  }

  /// Returns whether the transfer must end now.
  bool is_over() {
    if (stop->load()) return true;
    const Clock::time_point now = Clock::now();
    if (refused) {
      cut_off = cut_off || now > *refused + kErrorBodyTimeout;
      return cut_off;
    }
    if (begun) return false;  // the content of a file has no deadline
    // The time limit counts from the moment when the whole body has been sent.
    if (body_sent < body.size()) deadline = now + patience;
    late = now > deadline;
    return late;
  }

  void attach(CURL* curl, const std::string& method) {
    set(curl, CURLOPT_NOPROGRESS, 0L);
    set(curl, CURLOPT_XFERINFOFUNCTION, &Transfer::on_progress);
    set(curl, CURLOPT_XFERINFODATA, this);
    set(curl, CURLOPT_HEADERFUNCTION, &Transfer::on_header);
    set(curl, CURLOPT_HEADERDATA, this);
    set(curl, CURLOPT_WRITEFUNCTION, &Transfer::on_body);
    set(curl, CURLOPT_WRITEDATA, this);
    if (method == "GET") return;
    const bool put = method == "PUT";
    set(curl, put ? CURLOPT_UPLOAD : CURLOPT_POST, 1L);
    set(curl, put ? CURLOPT_INFILESIZE_LARGE : CURLOPT_POSTFIELDSIZE_LARGE,
        static_cast<curl_off_t>(body.size()));
    set(curl, CURLOPT_READFUNCTION, &Transfer::on_read);
    set(curl, CURLOPT_READDATA, this);
    set(curl, CURLOPT_SEEKFUNCTION, &Transfer::on_seek);
    set(curl, CURLOPT_SEEKDATA, this);
  }

  std::size_t guarded(std::size_t size, const auto& work) {
    try {
      work(*this);
      return size;
    } catch (...) {
      failure = std::current_exception();
      return size + 1;  // any value except `size` ends the transfer
    }
  }

  void take_header(std::string_view line) {
    header_bytes += line.size();
    if (header_bytes > kMaxHeaderBytes) {
      throw IncompleteResponse(
          url_for_display(response.url) + ": the response headers are too large",
          url_for_display(response.url), response.status);
    }
    // Only the headers of the last response count, not those of interim ones.
    if (line.starts_with("HTTP/")) {
      response.headers.clear();
      const std::size_t space = line.find(' ');
      response.status = space == line.npos ? 0 : std::atoi(std::string(line.substr(space)).c_str());
      return;
    }
    const std::size_t colon = line.find(':');
    if (trimmed(line).empty() && response.status >= 300) refused = Clock::now();
    if (colon == line.npos || response.headers.size() >= kMaxHeaders) return;
    response.headers[lower(line.substr(0, colon))] = trimmed(line.substr(colon + 1));
  }

  void take_body(std::string_view piece) {
    if (receiver != nullptr && response.is_success()) {
      begin();
      receiver->write(piece);
      return;
    }
    const std::size_t space =
        (response.is_success() ? kMaxBody : kMaxErrorBody) - response.body.size();
    if (piece.size() > space) {
      if (response.is_success()) {
        throw IncompleteResponse(url_for_display(response.url) + ": the response is too large",
                                 url_for_display(response.url), response.status);
      }
      piece = piece.substr(0, space);
      cut_off = true;
    }
    response.body += piece;
  }

  void begin() {
    if (begun || receiver == nullptr || !response.is_success()) return;
    begun = true;
    note_hub_headers();
    receiver->begin(response);
  }

  void note_hub_headers() {
    if (!from_hub) return;
    for (const auto& header : response.headers) response.hub_headers.insert(header);
  }
};

Client::Client(const Settings& settings, WaitOptions waiting)
    : settings_(settings), waiting_(std::move(waiting)), origin_(origin_of(settings.endpoint)) {
  initialize_curl();
  certificates_ = settings.certificates;
  if (certificates_.empty()) {
    certificates_ = trusted_certificates(::curl_version_info(CURLVERSION_NOW)->cainfo);
  }
  handle_ = std::make_unique<Handle>();
  if (handle_->curl == nullptr || handle_->multi == nullptr) throw std::bad_alloc();
}

Client::~Client() = default;

std::chrono::seconds Client::timeout_for(const Request& request) const {
  return request.timeout > 0 ? std::chrono::seconds(request.timeout) : waiting_.patience.answer;
}

Response Client::send(const Request& request, const Receiver* receiver,
                      std::atomic<std::uint64_t>* sent) {
  const std::chrono::seconds patience = timeout_for(request);
  const auto deadline = Transfer::Clock::now() + patience;
  std::string url = request.url;
  Headers hub_headers;
  for (int hop = 0;; ++hop) {
    Transfer transfer;
    transfer.response.url = url;
    transfer.response.hub_headers = std::move(hub_headers);
    transfer.receiver = receiver;
    transfer.stop = &waiting_.stop;
    transfer.sent = sent;
    transfer.body = request.body;
    transfer.patience = patience;
    transfer.deadline = deadline;
    perform(request, transfer);
    Response& response = transfer.response;
    if (!is_redirect(response.status) || response.header("location") == nullptr) {
      return std::move(response);
    }
    hub_headers = std::move(response.hub_headers);
    if (hop == kMaxRedirects) {
      throw HubError(url_for_display(request.url) + ": redirected more than " +
                         std::to_string(kMaxRedirects) + " times; is HF_ENDPOINT right?",
                     url_for_display(request.url), response.status);
    }
    url = next_url(request, response);
  }
}

std::string Client::next_url(const Request& request, const Response& response) const {
  std::string url = resolved_url(response.url, *response.header("location"));
  const auto refuse = [&](const std::string& why) {
    throw HubError(url_for_display(response.url) + ": will not follow its redirect to " +
                       url_for_display(url) + ", " + why,
                   url_for_display(response.url), response.status);
  };
  const std::string origin = origin_of(url);
  const bool plain = origin.starts_with("http://");
  if (!plain && !origin.starts_with("https://")) refuse("unsupported URL scheme");
  // Plain HTTP is followed only if the user configured a plain endpoint, and never from TLS.
  if (plain && !(origin_.starts_with("http://") && response.url.starts_with("http://"))) {
    refuse("which is not encrypted");
  }
  if (plain && is_loopback(settings_.endpoint) && !is_loopback(url)) {
    refuse("which leaves this machine unencrypted");
  }
  if (request.method != "GET") {
    if (origin != origin_) refuse("which is another host");
    if (response.status != 307 && response.status != 308)
      refuse("which would drop the request body");
  }
  return url;
}

HeaderList Client::headers_for(const Request& request, const std::string& url) const {
  HeaderList headers;
  for (const std::string& line : request.headers) headers.add(line);
  // Otherwise libcurl waits for a "100 Continue", which storage servers seldom send.
  headers.add("Expect:");
  // A token sent without encryption could be read on the way.
  const bool safe = origin_.starts_with("https://") || is_loopback(settings_.endpoint);
  if (settings_.token && safe && origin_of(url) == origin_) {
    headers.add("Authorization: Bearer " + *settings_.token);
  }
  return headers;
}

void Client::perform(const Request& request, Transfer& transfer) {
  const std::string url = transfer.response.url;
  transfer.from_hub = origin_of(url) == origin_;
  const HeaderList headers = headers_for(request, url);
  CURL* const curl = handle_->curl;
  ::curl_easy_reset(curl);  // keeps the connections open
  std::array<char, CURL_ERROR_SIZE> problem{};
  set(curl, CURLOPT_URL, url.c_str());
  set(curl, CURLOPT_HTTPHEADER, headers.get());
  set(curl, CURLOPT_ERRORBUFFER, problem.data());
  set(curl, CURLOPT_LOW_SPEED_TIME, request.timeout > 0 ? request.timeout : settings_.timeout);
  if (!certificates_.empty()) set(curl, CURLOPT_CAINFO, certificates_.c_str());
  set_policy(curl);
  transfer.attach(curl, request.method);
  const CURLcode code = handle_->perform();
  if (waiting_.stop.load()) throw Cancelled();
  if (transfer.failure) std::rethrow_exception(transfer.failure);
  if (transfer.late) {
    throw IncompleteResponse(url_for_display(url) + ": no complete response within " +
                                 std::to_string(transfer.patience.count()) + " s",
                             url_for_display(url), 0);
  }
  // The status of an error response counts even if its body failed to arrive.
  if (code != CURLE_OK && !transfer.refused) {
    fail(code, problem[0] != '\0' ? problem.data() : ::curl_easy_strerror(code),
         url_for_display(url));
  }
  transfer.begin();  // needed for an empty body, which has no pieces
  transfer.note_hub_headers();
}

}  // namespace m2v::hub
