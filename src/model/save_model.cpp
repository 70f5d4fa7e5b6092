#include "store/save_model.h"

#include <algorithm>
#include <cstdint>
#include <system_error>
#include <utility>

#include "core/mapped_file.h"
#include "core/sections.h"
#include "store/card_facts.h"
#include "store/folder_save.h"
#include "store/model_names.h"

namespace m2v::store {
namespace {

namespace fs = std::filesystem;

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

bool is_there(const fs::path& path) {
  std::error_code ignored;
  return fs::exists(path, ignored);
}

bool has_card_of_its_own(const fs::path& folder) {
  const fs::path path = folder / kCard;
  return is_there(path) && !is_generated_card(core::read_characters(path).view());
}

/// What a folder is called, however its path is written.
std::string name_of(const fs::path& folder) {
  std::error_code error;
  const fs::path whole = fs::canonical(folder, error);
  return error ? folder.filename().string() : whole.filename().string();
}

/// The card to write; empty if the one in `folder` is somebody's own and stays.
std::string card_for(const fs::path& folder, const ModelContent& content) {
  CardData card = content.card;
  if (has_card_of_its_own(folder)) return {};
  if (const fs::path path = folder / kCard; is_there(path)) {
    std::vector<std::string> warnings;  // what cannot be read is not kept: it is our own card
    const CardData old = read_card(core::read_characters(path).view(), path.string(), warnings);
    // What somebody wrote into it stays, unless the model's own card says otherwise.
    const bool knows_license = !card.license.empty() && card.license != CardData().license;
    if (!knows_license && !old.license.empty()) card.license = old.license;
    if (!old.languages.empty()) card.languages = old.languages;
    if (card.other_lines.empty()) card.other_lines = old.other_lines;
    card.tags = old.tags;
    for (const std::string& tag : content.card.tags) {
      if (std::ranges::find(card.tags, tag) == card.tags.end()) card.tags.push_back(tag);
    }
  }
  const std::string name = content.model_name.empty() ? name_of(folder) : content.model_name;
  return write_card(card, name, uses_of(content.tensors),
                    card_facts(content.tensors, content.config, content.texts_per_second));
}

void add_tensors(FolderSave& save, std::string_view name, const std::vector<TensorView>& tensors) {
  core::TemporaryFile& file = save.add(name);
  write_safetensors([&](std::span<const std::byte> bytes) { file.write(bytes); }, tensors);
}

}  // namespace

void save_model_folder(const fs::path& folder, const ModelContent& content) {
  FolderSave save(folder, content.force);
  add_tensors(save, kTensors, content.tensors);
  if (content.head) add_tensors(save, kHead, *content.head);
  if (!content.head && !content.head_file.empty()) save.add(kHead, content.head_file);
  save.add(kTokenizer, content.tokenizer_json);
  save.add(kConfig, content.config.dump(4));
  save.add(kModules, modules_json(content.normalize).dump(4));
  if (!content.training_json.empty()) save.add(kTraining, content.training_json);
  const std::string card = card_for(save.target(), content);
  if (!card.empty()) save.add(kCard, card);
  save.commit();
}

void unpack_model(const ModelFolder& model, const fs::path& folder, bool force) {
  core::Sections kept;
  keep_files(model, kept);
  FolderSave save(folder, force);
  for (const core::Sections::Section& file : kept.all()) {
    if (file.name == kCard && has_card_of_its_own(save.target())) continue;
    save.add(file.name).write(file.bytes.span());
  }
  save.commit();
}

}  // namespace m2v::store
