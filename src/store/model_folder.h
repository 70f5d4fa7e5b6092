#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/flat_array.h"
#include "core/json.h"
#include "core/sections.h"
#include "store/model_card.h"
#include "store/model_files.h"
#include "store/safetensors.h"

namespace m2v::store {

/// A static model's folder, opened: everything checked that can be checked without the tokenizer.
struct ModelFolder {
  ModelFiles files;
  SafetensorsFile tensors;
  std::string tensors_name;                ///< Of that file among `files`.
  const TensorView* embeddings = nullptr;  ///< Points into `tensors`; [rows, dim], dim > 0.
  const TensorView* weights = nullptr;     ///< May be null; 1-D, float.
  const TensorView* mapping = nullptr;     ///< May be null; 1-D, I32 or I64.
  const TensorView* scales = nullptr;      ///< May be null; 1-D, float, one a row of the table.
  core::FlatArray<char> tokenizer;         ///< The text of tokenizer.json.
  std::string tokenizer_name;
  std::string tokenizer_path;
  core::Json config;  ///< config.json (or config_sentence_transformers.json) as it is; an object.
  std::string config_path;
  bool modules_normalize =
      false;  ///< modules.json of a Sentence Transformers folder has Normalize.
  CardData card;
  std::vector<std::string> warnings;  ///< E.g. malformed front matter.
};

/// Finds the first of the three layouts whose three files exist and opens it.
/// Throws IoError or FormatError; if no layout fits, the message lists what is missing from each.
ModelFolder open_model_folder(const std::filesystem::path& folder, const std::string& subfolder);
/// The same for the files inside a compiled one.
ModelFolder open_compiled_model(core::Sections sections);

/// A generated card for a folder that has none.
std::string card_of(const ModelFolder& model, const std::string& model_name);

/// What is written. Nothing is owned.
struct ModelContent {
  std::vector<TensorView> tensors;                   ///< `embeddings`, and what there is beside it.
  std::optional<std::vector<TensorView>> head = {};  ///< Of a model with a head, even an empty one.
  std::string_view tokenizer_json;
  core::Json config;  ///< Complete, as it shall stand in config.json.
  bool normalize = true;
  CardData card;
  std::string model_name;
  double texts_per_second = 0;          ///< For the card; 0: not measured.
  std::string_view training_json = {};  ///< Empty: none.
};

/// Writes a sibling folder, syncs it, and puts it in place of `folder` in one step (exchange if one
/// is there; its files that are not ours are kept, and so is a hand-written card). Throws IoError,
/// or std::invalid_argument for a folder that holds a model of another kind, such as a transformer.
void save_model_folder(const std::filesystem::path& folder, const ModelContent& content);

/// Adds the files that m2v and the programs beside it read, as they are; the table is aligned.
void keep_files(const ModelFolder& model, core::Sections& sections);

/// Puts the files that a compiled one keeps into a folder, as save_model_folder() would put new
/// ones. Throws what that throws, or FormatError if the files are no model.
void unpack_model(const ModelFolder& model, const std::filesystem::path& folder);

}  // namespace m2v::store
