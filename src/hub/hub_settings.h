#pragma once

#include <array>
#include <filesystem>
#include <optional>
#include <span>
#include <string>

#include "m2v/hub.h"

namespace m2v::hub {

/// Options merged with environment variables, and validated.
struct Settings {
  std::string endpoint;              ///< Without a trailing slash.
  std::optional<std::string> token;  ///< Never printed, and never sent to another origin.
  std::filesystem::path cache;       ///< Absolute path of the cache's root.
  bool offline = false;              ///< No network access.
  bool symlinks = true;              ///< Whether snapshots link to blobs.
  long timeout = 10;                 ///< Seconds that a transfer may stall.
  std::string certificates;          ///< Path of a CA bundle; empty: trusted_certificates().
};

/// Reads the settings from the options, and from the environment where an option is not set. Throws
/// std::invalid_argument if the token or the endpoint is malformed.
Settings read_settings(const HubOptions& options);
/// Does the same for a push, with the cache and network options from the environment.
Settings read_settings(const PushOptions& options);

/// Paths of the system's CA bundle on Linux distributions: Debian, Fedora, openSUSE, Alpine.
inline constexpr std::array<const char*, 5> kCertificates = {
    "/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem", "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem"};

/// Returns the first of these paths that exists, or an empty string if none does, or if libcurl's
/// `built_in` path (may be null) exists. A libcurl built on another distribution, such as the one
/// in a wheel, needs this.
std::string trusted_certificates(const char* built_in,
                                 std::span<const char* const> locations = kCertificates);

}  // namespace m2v::hub
