#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/flat_array.h"
#include "base/json.h"
#include "formats/safetensors.h"
#include "formats/sections.h"
#include "model/model_card.h"
#include "model/model_files.h"

namespace m2v::model {

/// An opened static model, from a folder or a compiled file. Everything that does not depend on the
/// tokenizer has been checked.
struct ModelFolder {
  ModelFiles files;
  formats::SafetensorsFile tensors;
  std::string tensors_name;  ///< Name of that file in `files`.
  const formats::TensorView* embeddings =
      nullptr;                                   ///< Points into `tensors`; [rows, dim], dim > 0.
  const formats::TensorView* weights = nullptr;  ///< May be null; 1-D, float.
  const formats::TensorView* mapping = nullptr;  ///< May be null; 1-D, I32 or I64.
  const formats::TensorView* scales =
      nullptr;                      ///< May be null; 1-D, float, one value per row of the table.
  base::FlatArray<char> tokenizer;  ///< The text of tokenizer.json.
  std::string tokenizer_name;       ///< Name of that file in `files`.
  std::string tokenizer_path;       ///< Its name in error messages.
  base::Json config;        ///< config.json or config_sentence_transformers.json; an object.
  std::string config_path;  ///< Its name in error messages.
  bool modules_normalize =
      false;  ///< modules.json of a Sentence Transformers folder has Normalize.
  CardData card;
  std::vector<std::string> warnings;  ///< Harmless problems, such as malformed front matter.
};

/// Opens a model folder, or its subfolder unless `subfolder` is empty, in the first of the three
/// layouts whose three files exist. Throws IoError or FormatError; if no layout matches, the
/// message lists the files that each one lacks.
ModelFolder open_model_folder(const std::filesystem::path& folder, const std::string& subfolder);
/// Opens the model files within a compiled model. Throws FormatError.
ModelFolder open_compiled_model(formats::Sections sections);

/// The kind of model in a folder, which decides whether a save may replace it.
struct KindOfModel {
  bool is_static_model;    ///< A static model in any of the layouts, possibly damaged.
  std::string other_type;  ///< The model_type of any other model, such as "bert"; may be empty.
};
/// Determines the kind of model by config.json or, if it has no model_type, by the layouts.
KindOfModel kind_of_model(const ModelFiles& files);

/// Returns the programs besides m2v that can load a model with these tensors.
CardUses uses_of(const std::vector<formats::TensorView>& tensors);

/// Generates a card for a model that has none.
std::string card_of(const ModelFolder& model, const std::string& model_name);

/// Adds the model's files, unchanged, to the sections of a compiled model, with the table aligned.
void add_files(const ModelFolder& model, formats::Sections& sections);

}  // namespace m2v::model
