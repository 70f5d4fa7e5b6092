#pragma once

#include <filesystem>
#include <optional>
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
  std::string certificates;  ///< A file of trusted ones; empty: the system's.
};

/// Throws std::invalid_argument for a token or an endpoint that cannot be one.
Settings read_settings(const HubOptions& options);
Settings read_settings(const PushOptions& options);

}  // namespace m2v::hub
