#include "hub/names.h"

#include <algorithm>
#include <stdexcept>

namespace m2v::hub {
namespace {

constexpr std::size_t kMaxName = 96;
constexpr std::size_t kMaxComponent = 255;
constexpr std::size_t kMaxPath = 1024;

bool is_alphanumeric(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool is_hex(std::string_view text) noexcept {
  return std::ranges::all_of(
      text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

bool is_name_part(std::string_view part) noexcept {
  if (part.empty() || part.front() == '-' || part.front() == '.') return false;
  if (part.back() == '-' || part.back() == '.') return false;
  return std::ranges::all_of(
      part, [](char c) { return is_alphanumeric(c) || c == '-' || c == '_' || c == '.'; });
}

bool is_safe_component(std::string_view part) noexcept {
  if (part.empty() || part == "." || part == ".." || part.size() > kMaxComponent) return false;
  return std::ranges::all_of(part, [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte >= 0x20 && byte != 0x7F && c != '\\';
  });
}

}  // namespace

bool is_repository_name(std::string_view text) noexcept {
  if (text.size() > kMaxName || text.find("--") != text.npos || text.find("..") != text.npos ||
      text.ends_with(".git")) {
    return false;
  }
  const std::size_t slash = text.find('/');
  if (slash == text.npos) return is_name_part(text);
  return is_name_part(text.substr(0, slash)) && is_name_part(text.substr(slash + 1));
}

void check_repository_name(std::string_view text) {
  if (is_repository_name(text)) return;
  throw std::invalid_argument("'" + std::string(text) +
                              "' is neither a folder nor the name of a repository: those are "
                              "written ORG/NAME, of letters, digits, '-', '_' and '.'");
}

bool is_commit(std::string_view text) noexcept { return text.size() == 40 && is_hex(text); }

bool is_content_hash(std::string_view text) noexcept {
  return (text.size() == 40 || text.size() == 64) && is_hex(text);
}

bool is_safe_path(std::string_view path) noexcept {
  if (path.size() > kMaxPath) return false;
  while (true) {
    const std::size_t slash = path.find('/');
    if (!is_safe_component(path.substr(0, slash))) return false;
    if (slash == path.npos) return true;
    path.remove_prefix(slash + 1);
  }
}

void check_safe_path(std::string_view option, std::string_view path) {
  if (is_safe_path(path)) return;
  throw std::invalid_argument(std::string(option) + ": '" + std::string(path) +
                              "' is not a name such as main or a/b");
}

std::string percent_encoded(std::string_view text, bool encode_slashes) {
  constexpr char kDigits[] = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const bool plain = is_alphanumeric(c) || c == '-' || c == '_' || c == '.' || c == '~';
    if (plain || (c == '/' && !encode_slashes)) {
      out += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out += {'%', kDigits[byte >> 4], kDigits[byte & 15]};
    }
  }
  return out;
}

}  // namespace m2v::hub
