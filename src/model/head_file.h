#pragma once

#include <filesystem>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "m2v/model_with_head.h"
#include "model/model_folder.h"

namespace m2v::model {

inline constexpr std::string_view kHeadFile = "head.safetensors";
inline constexpr std::string_view kHeadConfig = "head_config";

/// Reads the head of an opened model: the tensors of kHeadFile and the member `head_config` of
/// config.json. Throws IoError if there is no such file or it cannot be read, and FormatError if
/// one of the two is malformed.
Head read_head(const model::ModelFolder& model);

/// Returns the value of `head_config` in config.json: number of layers, activation and classes.
base::Json head_config(const Head& head);

/// Returns views of a head's tensors, "head.<layer>.weight" and "head.<layer>.bias". The head owns
/// their bytes and must outlive them.
std::vector<formats::TensorView> head_tensors(const Head& head);

/// Saves a model, with a head unless `head` is null. Throws what save_model_folder() throws.
void save_model(const StaticModel::Impl& model, const std::filesystem::path& folder,
                const SaveOptions& options, const Head* head);

}  // namespace m2v::model
