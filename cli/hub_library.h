#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "m2v/hub.h"

namespace m2v::cli {

/// m2v::hub::pull and push from libm2v_hub, which is opened at the first call: models in folders
/// do not pay for loading an HTTP client. They throw as those do, or m2v::Error if there is no such
/// library.
std::filesystem::path pull_through_library(std::string_view repository,
                                           const hub::HubOptions& options, const OnEvent& on_event);
hub::PushResult push_through_library(const std::filesystem::path& folder,
                                     std::string_view repository, const hub::PushOptions& options,
                                     const OnEvent& on_event);

/// m2v::hub::sentence_transformer_id, likewise.
std::string sentence_transformer_id_through_library(std::string_view name);

}  // namespace m2v::cli
