#pragma once

#include <array>
#include <filesystem>
#include <optional>
#include <span>
#include <string>

#include "m2v/hub.h"

namespace m2v::hub {

/// Options and environment together, checked.
struct Settings {
  std::string endpoint;              ///< Without a slash at its end.
  std::optional<std::string> token;  ///< Never printed, never sent to another origin.
  std::filesystem::path cache;
  bool offline = false;
  bool symlinks = true;
  long timeout = 10;         ///< Seconds without progress.
  std::string certificates;  ///< A file of trusted ones; empty: trusted_certificates().
};

/// Throws std::invalid_argument for a token or an endpoint that cannot be one.
Settings read_settings(const HubOptions& options);
Settings read_settings(const PushOptions& options);

/// Where Linux distributions keep the certificates that they trust: Debian, Fedora, openSUSE,
/// Alpine.
inline constexpr std::array<const char*, 5> kCertificates = {
    "/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem", "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem"};

/// The first of the places that exists, for a libcurl that was built on another distribution, as
/// the one in a wheel. Empty if its own place, `built_in` (may be null), exists, or none does.
std::string trusted_certificates(const char* built_in,
                                 std::span<const char* const> places = kCertificates);

}  // namespace m2v::hub
