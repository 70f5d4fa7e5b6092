#include "hub/url.h"

#include <curl/curl.h>

#include <algorithm>
#include <cctype>
#include <memory>

#include "hub/shown.h"
#include "m2v/error.h"

namespace m2v::hub {
namespace {

struct Cleanup {
  void operator()(CURLU* url) const noexcept { ::curl_url_cleanup(url); }
};
using Handle = std::unique_ptr<CURLU, Cleanup>;

void set(const Handle& handle, const std::string& url) {
  if (handle == nullptr ||
      ::curl_url_set(handle.get(), CURLUPART_URL, url.c_str(), 0) != CURLUE_OK) {
    throw HubError("not a valid URL: " + url_for_display(url), url_for_display(url), 0);
  }
}

std::string part(const Handle& handle, CURLUPart which, unsigned flags = 0) {
  char* text = nullptr;
  if (::curl_url_get(handle.get(), which, &text, flags) != CURLUE_OK) return {};
  std::string out = text;
  ::curl_free(text);
  return out;
}

}  // namespace

std::string origin_of(const std::string& url) {
  const Handle handle(::curl_url());
  set(handle, url);
  std::string origin = part(handle, CURLUPART_SCHEME) + "://" + part(handle, CURLUPART_HOST) + ":" +
                       part(handle, CURLUPART_PORT, CURLU_DEFAULT_PORT);
  std::ranges::transform(origin, origin.begin(), [](unsigned char c) { return std::tolower(c); });
  return origin;
}

std::string resolved_url(const std::string& base, const std::string& location) {
  const Handle handle(::curl_url());
  set(handle, base);
  set(handle, location);
  return part(handle, CURLUPART_URL);
}

std::string url_for_display(const std::string& url) {
  std::string_view text = std::string_view(url).substr(0, url.find_first_of("?#"));
  const std::size_t scheme = text.find("://");
  const std::size_t host = scheme == text.npos ? 0 : scheme + 3;
  const std::size_t user = text.substr(0, text.find('/', host)).rfind('@');
  if (user == text.npos || user < host) return sanitized(text);
  return sanitized(std::string(text.substr(0, host)).append(text.substr(user + 1)));
}

bool is_loopback(const std::string& url) {
  const Handle handle(::curl_url());
  set(handle, url);
  const std::string host = part(handle, CURLUPART_HOST);
  const bool dotted = host.find_first_not_of("0123456789.") == std::string::npos;
  return host == "localhost" || host == "[::1]" || (dotted && host.starts_with("127."));
}

}  // namespace m2v::hub
