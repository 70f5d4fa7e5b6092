#include "hub/hub_settings.h"

#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string_view>

namespace m2v::hub {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kHub = "https://huggingface.co";
constexpr std::size_t kMaxToken = 4096;

/// Returns the variable's value, or an empty string if it is not set.
std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

bool is_on(const char* name) {
  std::string value = environment(name);
  std::ranges::transform(value, value.begin(), [](unsigned char c) { return std::toupper(c); });
  return value == "1" || value == "ON" || value == "YES" || value == "TRUE";
}

std::string bucket() {
  if (std::string folder = environment("HOME"); !folder.empty()) return folder;
  const passwd* user = ::getpwuid(::getuid());
  return user == nullptr ? "/" : user->pw_dir;
}

/// Expands "~" at the beginning, and $NAME and ${NAME} anywhere; a variable that is not set is left
/// as it is written.
std::string expanded(const std::string& path) {
  std::string text = path == "~" || path.starts_with("~/") ? bucket() + path.substr(1) : path;
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    const bool braces = text.compare(i, 2, "${") == 0;
    std::size_t end = i + (braces ? 2 : 1);
    while (end < text.size() &&
           (std::isalnum(static_cast<unsigned char>(text[end])) || text[end] == '_')) {
      ++end;
    }
    const std::size_t begin = i + (braces ? 2 : 1);
    const bool closed = !braces || (end < text.size() && text[end] == '}');
    const char* value = nullptr;
    if (text[i] == '$' && end > begin && closed) {
      value = std::getenv(text.substr(begin, end - begin).c_str());
    }
    if (value == nullptr) {
      out += text[i++];
    } else {
      out += value;
      i = end + (braces ? 1 : 0);
    }
  }
  return out;
}

fs::path hugging_face_home() {
  if (const std::string folder = environment("HF_HOME"); !folder.empty()) return expanded(folder);
  const std::string caches = environment("XDG_CACHE_HOME");
  return fs::path(caches.empty() ? bucket() + "/.cache" : expanded(caches)) / "huggingface";
}

fs::path cache_folder() {
  for (const char* name : {"HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE"}) {
    if (const std::string folder = environment(name); !folder.empty()) return expanded(folder);
  }
  return hugging_face_home() / "hub";
}

/// Returns the token without surrounding whitespace; no value if it is empty. `source` names its
/// origin in the error message, which never contains the token.
std::optional<std::string> clean_token(std::string token, const std::string& source) {
  const auto is_space = [](unsigned char c) { return std::isspace(c) != 0; };
  while (!token.empty() && is_space(token.back())) token.pop_back();
  token.erase(token.begin(), std::ranges::find_if_not(token, is_space));
  if (token.empty()) return std::nullopt;
  const bool printable =
      std::ranges::all_of(token, [](unsigned char c) { return c > 0x20 && c < 0x7F; });
  if (!printable || token.size() > kMaxToken) {
    throw std::invalid_argument(source +
                                " holds no token: those are letters, digits and '_' on one line");
  }
  return token;
}

std::optional<std::string> token_file() {
  const std::string named = environment("HF_TOKEN_PATH");
  const fs::path path = named.empty() ? hugging_face_home() / "token" : fs::path(expanded(named));
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::nullopt;
  std::string text(kMaxToken + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(file.gcount()));
  return clean_token(std::move(text), path.string());
}

std::optional<std::string> find_token(const std::optional<std::string>& given) {
  if (given) return clean_token(*given, "the token given");
  if (is_on("HF_HUB_DISABLE_IMPLICIT_TOKEN")) return std::nullopt;
  for (const char* name : {"HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"}) {
    if (auto token = clean_token(environment(name), name)) return token;
  }
  return token_file();
}

std::string find_endpoint(const std::string& given) {
  std::string endpoint = given.empty() ? environment("HF_ENDPOINT") : given;
  if (endpoint.empty()) endpoint = kHub;
  while (endpoint.ends_with('/')) endpoint.pop_back();
  const bool web = endpoint.starts_with("https://") || endpoint.starts_with("http://");
  if (!web || endpoint.find_first_of("?#@ \t\r\n") != std::string::npos) {
    throw std::invalid_argument("the endpoint (HF_ENDPOINT) must be a URL such as " +
                                std::string(kHub));
  }
  return endpoint;
}

long find_timeout() {
  const std::string text = environment("HF_HUB_DOWNLOAD_TIMEOUT");
  long seconds = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), seconds);
  const bool whole = parsed.ec == std::errc() && parsed.ptr == text.data() + text.size();
  return whole && seconds > 0 && seconds < 86'400 ? seconds : Settings().timeout;
}

std::string find_certificates() {
  for (const char* name : {"SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"}) {
    if (std::string file = environment(name); !file.empty()) return file;
  }
  return {};
}

}  // namespace

Settings read_settings(const HubOptions& options) {
  Settings settings;
  settings.endpoint = find_endpoint(options.endpoint);
  settings.token = find_token(options.token);
  settings.cache = fs::absolute(options.cache.empty() ? cache_folder() : options.cache);
  settings.offline = options.offline || is_on("HF_HUB_OFFLINE") || is_on("TRANSFORMERS_OFFLINE");
  settings.symlinks = !is_on("HF_HUB_DISABLE_SYMLINKS");
  settings.timeout = find_timeout();
  settings.certificates = find_certificates();
  return settings;
}

Settings read_settings(const PushOptions& options) {
  HubOptions same;
  same.token = options.token;
  same.endpoint = options.endpoint;
  return read_settings(same);
}

std::string trusted_certificates(const char* built_in, std::span<const char* const> locations) {
  const auto exists = [](const char* path) {
    std::error_code unknown;
    return fs::exists(path, unknown);
  };
  if (built_in == nullptr || exists(built_in)) return {};
  const auto found = std::ranges::find_if(locations, exists);
  return found == locations.end() ? "" : *found;
}

}  // namespace m2v::hub
