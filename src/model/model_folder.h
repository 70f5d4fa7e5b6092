#pragma once

#include <filesystem>
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

/// What the files of a folder are, as far as a save that would replace them has to know.
struct KindOfModel {
  bool is_ours;            ///< A static model, in any of the layouts, be it damaged.
  std::string other_type;  ///< The model_type of another kind, such as "bert"; may be empty.
};
KindOfModel kind_of_model(const ModelFiles& files);

/// Which programs a model with these tensors can be used with.
CardUses uses_of(const std::vector<TensorView>& tensors);

/// A generated card for a folder that has none.
std::string card_of(const ModelFolder& model, const std::string& model_name);

/// Adds the files that m2v and the programs beside it read, as they are; the table is aligned.
void keep_files(const ModelFolder& model, core::Sections& sections);

}  // namespace m2v::store
