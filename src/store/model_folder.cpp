#include "store/model_folder.h"

#include <algorithm>
#include <array>
#include <functional>
#include <initializer_list>
#include <stdexcept>
#include <system_error>
#include <utility>

#include "core/durable_file.h"
#include "core/mapped_file.h"
#include "m2v/error.h"
#include "store/atomic_folder.h"
#include "store/card_facts.h"

namespace m2v::store {
namespace {

namespace fs = std::filesystem;

struct Layout {
  std::string_view name;
  std::string_view config;
  std::string_view tensors;
  std::string_view tokenizer;
  std::string_view embeddings;  ///< The name of the table in the tensor file.
  bool has_modules;             ///< modules.json says whether vectors are normalized.
};

constexpr std::array<Layout, 3> kLayouts = {{
    {"model2vec", "config.json", "model.safetensors", "tokenizer.json", "embeddings", false},
    {"Sentence Transformers", "config_sentence_transformers.json", "model.safetensors",
     "tokenizer.json", "embedding.weight", true},
    {"Sentence Transformers, nested", "config_sentence_transformers.json",
     "0_StaticEmbedding/model.safetensors", "0_StaticEmbedding/tokenizer.json", "embedding.weight",
     true},
}};

/// What save_model_folder() writes or other parts of m2v add; a save removes those it does not
/// write. The card is not among them: that depends on who wrote it.
constexpr std::array<std::string_view, 6> kOurFiles = {"model.safetensors", "tokenizer.json",
                                                       "config.json",       "modules.json",
                                                       "head.safetensors",  "training.json"};
constexpr std::string_view kCard = "README.md";
constexpr std::string_view kModules = "modules.json";

/// What a compiled file keeps beside the three files of the layout.
constexpr std::array<std::string_view, 8> kKept = {"config.json",
                                                   "config_sentence_transformers.json",
                                                   kModules,
                                                   kCard,
                                                   "head.safetensors",
                                                   "training.json",
                                                   "tokenizer_config.json",
                                                   "special_tokens_map.json"};

std::vector<std::string_view> missing_files(const ModelFiles& files, const Layout& layout) {
  std::vector<std::string_view> missing;
  for (const std::string_view name : {layout.config, layout.tensors, layout.tokenizer}) {
    if (!files.has(name)) missing.push_back(name);
  }
  return missing;
}

core::Json read_json(const ModelFiles& files, std::string_view name) {
  return core::parse_json(files.open(name).view(), files.path(name));
}

/// The model_type of config.json if the folder holds a transformer; else empty.
std::string transformer_type(const ModelFiles& files) {
  if (!files.has("config.json")) return {};
  try {
    const core::Json config = read_json(files, "config.json");
    const core::Json* type = config.find("model_type");
    if (type != nullptr && type->is_string() && type->string() != "model2vec") {
      return type->string();
    }
  } catch (const Error&) {
    return {};  // it cannot tell us more about a folder that is no model anyway
  }
  return {};
}

std::string distil_it(const std::string& model_type) {
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
  const std::string type = transformer_type(files);
  if (!type.empty()) problem += " By config.json " + distil_it(type) + ".";
  throw FormatError(files.path(), "", problem);
}

/// Checks type and dimensions; `expected` says them in words.
void check_tensor(const ModelFolder& model, const TensorView& tensor,
                  std::initializer_list<TensorType> types, std::size_t dimensions,
                  const std::string& expected) {
  const std::string place = "$." + tensor.name;
  if (std::ranges::find(types, tensor.type) == types.end()) {
    throw FormatError(
        model.tensors.path(), place + ".dtype",
        "expected " + expected + ", found " + std::string(tensor_type_name(tensor.type)));
  }
  if (tensor.shape.size() != dimensions) {
    throw FormatError(
        model.tensors.path(), place + ".shape",
        "expected " + expected + ", found " + std::to_string(tensor.shape.size()) + " dimensions");
  }
}

void find_tensors(ModelFolder& model, const Layout& layout) {
  using enum TensorType;
  model.embeddings = model.tensors.find(layout.embeddings);
  if (model.embeddings == nullptr) {
    const core::Json* type = model.config.find("model_type");
    if (type != nullptr && type->is_string() && type->string() != "model2vec") {
      throw FormatError(model.tensors.path(), "$." + std::string(layout.embeddings),
                        "no such tensor; " + distil_it(type->string()));
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
  const core::Json json = read_json(files, kModules);
  bool found = false;
  for (const core::JsonAt& module : core::JsonAt(json, file).elements()) {
    const std::string& type = module.at("type").string();
    found = found || type == "Normalize" || type.ends_with(".Normalize");
  }
  return found;
}

core::Json modules_json(bool normalize) {
  const auto module = [](std::int64_t index, const char* path, const char* type) {
    core::Json::Object object;
    object.emplace_back("idx", index);
    object.emplace_back("name", std::to_string(index));
    object.emplace_back("path", path);
    object.emplace_back("type", type);
    return core::Json(std::move(object));
  };
  core::Json::Array modules;
  modules.push_back(module(0, ".", "sentence_transformers.models.StaticEmbedding"));
  if (normalize) {
    modules.push_back(module(1, "1_Normalize", "sentence_transformers.models.Normalize"));
  }
  return modules;
}

/// What the other programs can make of the tensors.
CardUses uses_of(const std::vector<TensorView>& tensors) {
  CardUses uses;
  for (const TensorView& tensor : tensors) {
    if (tensor.type == TensorType::kBF16) uses.model2vec = false;  // numpy has no such type
    if (tensor.name == "scales") uses.model2vec = false;           // would be passed over
    // Sentence Transformers knows neither int8 tables nor anything beside the table.
    const bool table = tensor.name == "embeddings" || tensor.name == "embedding.weight";
    if (tensor.type == TensorType::kI8 || !table) uses.sentence_transformers = false;
  }
  uses.sentence_transformers = uses.sentence_transformers && uses.model2vec;
  return uses;
}

bool has_card_of_its_own(const fs::path& folder) {
  const fs::path path = folder / kCard;
  return is_there(path) && !is_generated_card(core::map_characters(path).view());
}

/// The card to write; empty if the one in `folder` is somebody's own and stays.
std::string card_for(const fs::path& folder, const ModelContent& content) {
  CardData card = content.card;
  if (has_card_of_its_own(folder)) return {};
  if (const fs::path path = folder / kCard; is_there(path)) {
    const core::MappedFile file = core::MappedFile::open(path);
    std::vector<std::string> warnings;  // what cannot be read is not kept: it is our own card
    const CardData old = read_card(file.text(), path.string(), warnings);
    if (!old.license.empty()) card.license = old.license;
    if (!old.languages.empty()) card.languages = old.languages;
    card.tags = old.tags;
    for (const std::string& tag : content.card.tags) {
      if (std::ranges::find(card.tags, tag) == card.tags.end()) card.tags.push_back(tag);
    }
  }
  const std::string name =
      content.model_name.empty() ? folder.filename().string() : content.model_name;
  return write_card(card, name, uses_of(content.tensors),
                    card_facts(content.tensors, content.config, content.texts_per_second));
}

/// What a config.json calls its kind of model. What cannot be read may be replaced: "model2vec".
std::string model_type_in(const fs::path& path) {
  try {
    const core::Json config = core::read_json(path.string());
    return core::JsonAt(config, path.string()).string_or("model_type", "model2vec");
  } catch (const FormatError&) {
    return "model2vec";
  }
}

/// A transformer, say the very teacher of this model, must not be lost to a slip of the hand.
void refuse_to_replace_another_kind(const fs::path& folder) {
  const fs::path path = folder / "config.json";
  if (!is_there(path)) return;
  const std::string type = model_type_in(path);
  if (type != "model2vec") {
    throw std::invalid_argument(folder.string() + " holds another kind of model (\"" + type +
                                "\"): save to another folder");
  }
}

/// Puts what `write` writes in place of the model in `folder`, in one step.
void stage(const fs::path& folder, const std::function<void(const AtomicFolder&)>& write) {
  refuse_to_replace_another_kind(folder);
  AtomicFolder staged(folder);
  try {
    write(staged);
  } catch (const IoError& error) {
    const fs::path place = error.path().lexically_relative(staged.staging());
    if (place.empty() || *place.begin() == "..") throw;
    // The staging folder is gone by the time anybody reads this.
    throw IoError("cannot write", staged.target() / place, error.error_number());
  }
  staged.commit(
      [](std::string_view name) { return std::ranges::find(kOurFiles, name) != kOurFiles.end(); });
}

ModelFolder open_files(ModelFiles files) {
  const Layout& layout = find_layout(files);
  ModelFolder model;
  model.config_path = files.path(layout.config);
  model.config = read_json(files, layout.config);
  core::JsonAt(model.config, model.config_path).object();
  model.tensors_name = layout.tensors;
  model.tensors = SafetensorsFile::parse(files.open(layout.tensors), files.path(layout.tensors));
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

ModelFolder open_model_folder(const std::filesystem::path& folder, const std::string& subfolder) {
  return open_files(ModelFiles::in_folder(subfolder.empty() ? folder : folder / subfolder));
}

ModelFolder open_compiled_model(core::Sections sections) {
  return open_files(ModelFiles::in_compiled(std::move(sections)));
}

void keep_files(const ModelFolder& model, core::Sections& sections) {
  sections.add(model.tensors_name, model.files.open(model.tensors_name),
               model.tensors.offset(*model.embeddings));
  sections.add(model.tokenizer_name, model.tokenizer);
  for (const std::string_view name : kKept) {
    if (model.files.has(name)) sections.add(name, model.files.open(name));
  }
}

std::string card_of(const ModelFolder& model, const std::string& model_name) {
  CardData card = model.card;
  const core::Json* teacher = model.config.find("tokenizer_name");
  if (card.base_model.empty() && teacher != nullptr && teacher->is_string()) {
    card.base_model = teacher->string();
  }
  std::vector<TensorView> tensors;
  for (const TensorView* tensor : {model.embeddings, model.weights, model.mapping, model.scales}) {
    if (tensor != nullptr) tensors.push_back(*tensor);
  }
  return write_card(card, model_name, uses_of(tensors), card_facts(tensors, model.config));
}

void save_model_folder(const std::filesystem::path& folder, const ModelContent& content) {
  stage(folder, [&](const AtomicFolder& staged) {
    write_safetensors(staged.staging() / "model.safetensors", content.tensors);
    if (content.head) write_safetensors(staged.staging() / "head.safetensors", *content.head);
    core::write_durable_file(staged.staging() / "tokenizer.json", content.tokenizer_json);
    core::write_durable_file(staged.staging() / "config.json", content.config.dump(4));
    core::write_durable_file(staged.staging() / kModules, modules_json(content.normalize).dump(4));
    if (!content.training_json.empty()) {
      core::write_durable_file(staged.staging() / "training.json", content.training_json);
    }
    const std::string card = card_for(staged.target(), content);
    if (!card.empty()) core::write_durable_file(staged.staging() / kCard, card);
  });
}

void unpack_model(const ModelFolder& model, const std::filesystem::path& folder) {
  core::Sections kept;
  keep_files(model, kept);
  stage(folder, [&](const AtomicFolder& staged) {
    for (const core::Sections::Section& file : kept.all()) {
      if (file.name == kCard && has_card_of_its_own(staged.target())) continue;
      const fs::path path = staged.staging() / file.name;
      std::error_code error;
      fs::create_directories(path.parent_path(), error);
      if (error) throw IoError("cannot create", path.parent_path(), error.value());
      core::DurableFile out(path);
      out.write(file.bytes.span());
      out.finish();
      core::sync_folder(path.parent_path());
    }
  });
}

}  // namespace m2v::store
