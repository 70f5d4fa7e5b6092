#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "m2v/hub.h"

namespace m2v::cli {

/// These call m2v::hub::pull and m2v::hub::push in libm2v_hub, which is opened at the first call,
/// so that commands on local models do not pay for loading an HTTP client. They throw what those
/// functions throw, and m2v::Error if the library cannot be loaded.
std::filesystem::path pull_through_library(std::string_view repository,
                                           const hub::HubOptions& options, const OnEvent& on_event);
hub::PushResult push_through_library(const std::filesystem::path& folder,
                                     std::string_view repository, const hub::PushOptions& options,
                                     const OnEvent& on_event);

/// Calls m2v::hub::sentence_transformer_id in the same library, under the same conditions.
std::string sentence_transformer_id_through_library(std::string_view name);

}  // namespace m2v::cli
