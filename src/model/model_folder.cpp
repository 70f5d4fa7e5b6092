#include "model/model_folder.h"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <stdexcept>
#include <utility>

#include "m2v/error.h"
#include "model/card_facts.h"
#include "model/model_names.h"

namespace m2v::model {
namespace {

struct Layout {
  std::string_view name;
  std::string_view config;
  std::string_view tensors;
  std::string_view tokenizer;
  std::string_view embeddings;  ///< The name of the table in the tensor file.
  bool has_modules;             ///< modules.json decides whether vectors are normalized.
};

constexpr std::array<Layout, 3> kLayouts = {{
    {"model2vec", kConfig, kTensors, kTokenizer, "embeddings", false},
    {"Sentence Transformers", kSentenceTransformersConfig, kTensors, kTokenizer, "embedding.weight",
     true},
    {"Sentence Transformers, nested", kSentenceTransformersConfig,
     "0_StaticEmbedding/model.safetensors", "0_StaticEmbedding/tokenizer.json", "embedding.weight",
     true},
}};

constexpr std::string_view kModelType = "model2vec";

/// The files that a compiled model contains besides tensors and tokenizer, where they exist.
constexpr std::array<std::string_view, 8> kKept = {kConfig,
                                                   kSentenceTransformersConfig,
                                                   kModules,
                                                   kCard,
                                                   kHead,
                                                   kTraining,
                                                   "tokenizer_config.json",
                                                   "special_tokens_map.json"};

std::vector<std::string_view> missing_files(const ModelFiles& files, const Layout& layout) {
  std::vector<std::string_view> missing;
  for (const std::string_view name : {layout.config, layout.tensors, layout.tokenizer}) {
    if (!files.has(name)) missing.push_back(name);
  }
  return missing;
}

base::Json read_json(const ModelFiles& files, std::string_view name) {
  return base::parse_json(files.open(name).view(), files.path(name));
}

/// Returns the model_type in config.json; empty if it has none or cannot be read.
std::string model_type(const ModelFiles& files) {
  if (!files.has(kConfig)) return {};
  try {
    const base::Json config = read_json(files, kConfig);
    const base::Json* type = config.find("model_type");
    return type != nullptr && type->is_string() ? type->string() : std::string();
  } catch (const Error&) {
    return {};
  }
}

/// Returns whether all files of the layout exist, and the table is among the tensors.
bool is_of_layout(const ModelFiles& files, const Layout& layout) {
  if (!missing_files(files, layout).empty()) return false;
  try {
    const auto tensors =
        formats::SafetensorsFile::parse(files.open(layout.tensors), files.path(layout.tensors));
    return tensors.find(layout.embeddings) != nullptr;
  } catch (const Error&) {
    return false;
  }
}

std::string distill_hint(const std::string& model_type) {
  return "this is a Sentence Transformer (model_type \"" + model_type +
         "\") to be distilled, not a static model: distil it first (m2v distill)";
}

const Layout& find_layout(const ModelFiles& files) {
  std::string problem = "no static model here.";
  for (const Layout& layout : kLayouts) {
    const std::vector<std::string_view> missing = missing_files(files, layout);
    if (missing.empty()) return layout;
    problem += " Layout \"" + std::string(layout.name) + "\" lacks ";
    for (std::size_t i = 0; i < missing.size(); ++i) {
      problem += (i == 0 ? "" : ", ") + std::string(missing[i]);
    }
    problem += ".";
  }
  const std::string type = model_type(files);
  if (!type.empty() && type != kModelType) problem += " By config.json " + distill_hint(type) + ".";
  throw FormatError(files.path(), "", problem);
}

/// Checks type and number of dimensions, which `expected` describes for the error message.
void check_tensor(const ModelFolder& model, const formats::TensorView& tensor,
                  std::initializer_list<formats::TensorType> types, std::size_t dimensions,
                  const std::string& expected) {
  const std::string location = "$." + tensor.name;
  if (std::ranges::find(types, tensor.type) == types.end()) {
    throw FormatError(
        model.tensors.path(), location + ".dtype",
        "expected " + expected + ", found " + std::string(formats::tensor_type_name(tensor.type)));
  }
  if (tensor.shape.size() != dimensions) {
    throw FormatError(
        model.tensors.path(), location + ".shape",
        "expected " + expected + ", found " + std::to_string(tensor.shape.size()) + " dimensions");
  }
}

void find_tensors(ModelFolder& model, const Layout& layout) {
  using enum formats::TensorType;
  model.embeddings = model.tensors.find(layout.embeddings);
  if (model.embeddings == nullptr) {
    const base::Json* type = model.config.find("model_type");
    if (type != nullptr && type->is_string() && type->string() != kModelType) {
      throw FormatError(model.tensors.path(), "$." + std::string(layout.embeddings),
                        "no such tensor; " + distill_hint(type->string()));
    }
    model.tensors.at(layout.embeddings);
  }
  check_tensor(model, *model.embeddings, {kF16, kF32, kF64, kBF16, kI8}, 2,
               "a matrix of F16, F32, F64, BF16 or I8");
  if (model.embeddings->elements() == 0) {
    throw FormatError(
        model.tensors.path(), "$." + model.embeddings->name + ".shape",
        "the table of vectors is empty: " + std::to_string(model.embeddings->shape[0]) +
            " rows of " + std::to_string(model.embeddings->shape[1]) + " values");
  }
  model.weights = model.tensors.find("weights");
  if (model.weights != nullptr) {
    check_tensor(model, *model.weights, {kF16, kF32, kF64, kBF16}, 1,
                 "a list of F16, F32, F64 or BF16");
  }
  model.mapping = model.tensors.find("mapping");
  if (model.mapping != nullptr) {
    check_tensor(model, *model.mapping, {kI32, kI64}, 1, "a list of I32 or I64");
  }
  model.scales = model.tensors.find("scales");
  if (model.scales == nullptr) return;
  check_tensor(model, *model.scales, {kF16, kF32, kF64, kBF16}, 1,
               "a list of F16, F32, F64 or BF16");
  if (model.scales->shape[0] != model.embeddings->shape[0]) {
    throw FormatError(model.tensors.path(), "$.scales.shape",
                      std::to_string(model.scales->shape[0]) + " scales, but the table has " +
                          std::to_string(model.embeddings->shape[0]) + " rows");
  }
}

bool modules_normalize(const ModelFiles& files) {
  if (!files.has(kModules)) return false;
  const std::string file = files.path(kModules);
  const base::Json json = read_json(files, kModules);
  bool found = false;
  for (const base::JsonAt& module : base::JsonAt(json, file).elements()) {
    const std::string& type = module.at("type").string();
    found = found || type == "Normalize" || type.ends_with(".Normalize");
  }
  return found;
}

ModelFolder open_files(ModelFiles files) {
  const Layout& layout = find_layout(files);
  ModelFolder model;
  model.config_path = files.path(layout.config);
  model.config = read_json(files, layout.config);
  base::JsonAt(model.config, model.config_path).object();
  model.tensors_name = layout.tensors;
  model.tensors =
      formats::SafetensorsFile::parse(files.open(layout.tensors), files.path(layout.tensors));
  find_tensors(model, layout);
  model.tokenizer_path = files.path(layout.tokenizer);
  model.tokenizer_name = layout.tokenizer;
  model.tokenizer = files.open(layout.tokenizer);
  if (layout.has_modules) model.modules_normalize = modules_normalize(files);
  if (files.has(kCard)) {
    try {
      model.card = read_card(files.open(kCard).view(), files.path(kCard), model.warnings);
    } catch (const IoError& error) {  // a model works without its card
      model.warnings.emplace_back(error.what());
    }
  }
  model.files = std::move(files);
  return model;
}

}  // namespace

KindOfModel kind_of_model(const ModelFiles& files) {
  const std::string type = model_type(files);
  if (!type.empty()) return {type == kModelType, type == kModelType ? std::string() : type};
  return {std::ranges::any_of(kLayouts,
                              [&](const Layout& layout) { return is_of_layout(files, layout); }),
          {}};
}

ModelFolder open_model_folder(const std::filesystem::path& folder, const std::string& subfolder) {
  return open_files(ModelFiles::in_folder(subfolder.empty() ? folder : folder / subfolder));
}

ModelFolder open_compiled_model(formats::Sections sections) {
  return open_files(ModelFiles::in_compiled(std::move(sections)));
}

void add_files(const ModelFolder& model, formats::Sections& sections) {
  sections.add(model.tensors_name, model.files.open(model.tensors_name),
               model.tensors.offset(*model.embeddings));
  sections.add(model.tokenizer_name, model.tokenizer);
  for (const std::string_view name : kKept) {
    if (model.files.has(name)) sections.add(name, model.files.open(name));
  }
}

CardUses uses_of(const std::vector<formats::TensorView>& tensors) {
  CardUses uses;
  for (const formats::TensorView& tensor : tensors) {
    if (tensor.type == formats::TensorType::kBF16)
      uses.model2vec = false;                             // NumPy has no such type
    if (tensor.name == "scales") uses.model2vec = false;  // model2vec ignores them
    // Sentence Transformers supports neither int8 tables nor any tensor besides the table.
    const bool table = tensor.name == "embeddings" || tensor.name == "embedding.weight";
    if (tensor.type == formats::TensorType::kI8 || !table) uses.sentence_transformers = false;
  }
  uses.sentence_transformers = uses.sentence_transformers && uses.model2vec;
  return uses;
}

std::string card_of(const ModelFolder& model, const std::string& model_name) {
  CardData card = model.card;
  const base::Json* teacher = model.config.find("tokenizer_name");
  if (card.base_model.empty() && teacher != nullptr && teacher->is_string()) {
    card.base_model = teacher->string();
  }
  std::vector<formats::TensorView> tensors;
  for (const formats::TensorView* tensor :
       {model.embeddings, model.weights, model.mapping, model.scales}) {
    if (tensor != nullptr) tensors.push_back(*tensor);
  }
  return write_card(card, model_name, uses_of(tensors), card_facts(tensors, model.config));
}

}  // namespace m2v::model
