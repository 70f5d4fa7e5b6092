#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/json.h"
#include "store/model_card.h"
#include "store/model_folder.h"
#include "store/safetensors.h"

namespace m2v::store {

/// What is written. Nothing is owned.
struct ModelContent {
  std::vector<TensorView> tensors;                   ///< `embeddings`, and what there is beside it.
  std::optional<std::vector<TensorView>> head = {};  ///< Of a model with a head, even an empty one.
  std::string_view head_file = {};  ///< The whole file of a head, in place of that; empty: none.
  std::string_view tokenizer_json;
  core::Json config;  ///< Complete, as it shall stand in config.json.
  bool normalize = true;
  CardData card;
  std::string model_name;               ///< For the card; empty: the folder's.
  double texts_per_second = 0;          ///< For the card; 0: not measured.
  std::string_view training_json = {};  ///< Empty: none.
  bool force = false;                   ///< Also into a folder that holds something else.
};

/// Saves a model as FolderSave does, into a new or an empty folder, or in place of a model of ours:
/// a crash at any moment leaves the old one or the new one. A hand-written card stays, and so does
/// everything that is no file of the model. Throws IoError, or std::invalid_argument for a folder
/// that holds something else.
void save_model_folder(const std::filesystem::path& folder, const ModelContent& content);

/// Puts the files that a compiled one keeps into a folder, as save_model_folder() would put new
/// ones. Throws what that throws, or FormatError if the files are no model.
void unpack_model(const ModelFolder& model, const std::filesystem::path& folder, bool force);

}  // namespace m2v::store
