#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "formats/safetensors.h"
#include "model/model_card.h"
#include "model/model_folder.h"

namespace m2v::model {

/// The content of a model folder. The tensors and strings are views, which must stay valid until
/// the model is saved.
struct ModelContent {
  std::vector<formats::TensorView> tensors;  ///< `embeddings` and any further tensors.
  std::optional<std::vector<formats::TensorView>> head =
      {};  ///< Tensors of the head; absent for a model without a head.
  std::string_view head_file =
      {};  ///< Bytes of head.safetensors, if `head` is absent; may be empty.
  std::string_view tokenizer_json;
  base::Json config;  ///< The complete config.json.
  bool normalize = true;
  CardData card;
  std::string model_name;               ///< For the card; if empty, the folder's name.
  double texts_per_second = 0;          ///< For the card; 0 if not measured.
  std::string_view training_json = {};  ///< Content of training.json; empty for no such file.
  bool force = false;                   ///< Save even into a folder that holds something else.
};

/// Saves a model into a new or empty folder, or replaces the static model in it, by way of
/// FolderSave: a crash at any moment leaves either the old model or the new one. Keeps a
/// hand-written card, and all files that do not belong to the model. Throws IoError, and
/// std::invalid_argument if the folder holds something else and content.force is not set.
void save_model_folder(const std::filesystem::path& folder, const ModelContent& content);

/// Writes the model files of a compiled model into a folder, under the same guarantees as
/// save_model_folder(). Throws what save_model_folder() throws.
void unpack_model(const ModelFolder& model, const std::filesystem::path& folder, bool force);

}  // namespace m2v::model
