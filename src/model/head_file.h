#pragma once

#include <filesystem>
#include <string_view>
#include <vector>

#include "core/json.h"
#include "m2v/pipeline.h"
#include "store/model_folder.h"

namespace m2v::embed {

inline constexpr std::string_view kHeadFile = "head.safetensors";
inline constexpr std::string_view kHeadConfig = "head_config";

/// The head of a model's folder: its tensors, and `head_config` in its config.json.
/// Throws IoError if there is none, or FormatError.
Head read_head(const store::ModelFolder& model);

/// What `head_config` says of a head.
core::Json head_config(const Head& head);

/// The tensors of a head, which keeps their bytes.
std::vector<store::TensorView> head_tensors(const Head& head);

/// Saves a model, with a head unless it is null.
void save_model(const StaticModel::Impl& model, const std::filesystem::path& folder,
                const SaveOptions& options, const Head* head);

}  // namespace m2v::embed
