#include "model/save_model.h"

#include <algorithm>
#include <cstdint>
#include <system_error>
#include <utility>

#include "base/mapped_file.h"
#include "formats/sections.h"
#include "model/card_facts.h"
#include "model/folder_save.h"
#include "model/model_names.h"

namespace m2v::model {
namespace {

namespace fs = std::filesystem;

base::Json modules_json(bool normalize) {
  const auto module = [](std::int64_t index, const char* path, const char* type) {
    base::Json::Object object;
    object.emplace_back("idx", index);
    object.emplace_back("name", std::to_string(index));
    object.emplace_back("path", path);
    object.emplace_back("type", type);
    return base::Json(std::move(object));
  };
  base::Json::Array modules;
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

bool has_handwritten_card(const fs::path& folder) {
  const fs::path path = folder / kCard;
  return is_there(path) && !is_generated_card(base::read_characters(path).view());
}

/// Returns the name of a folder, even if its path ends in "." or "..".
std::string name_of(const fs::path& folder) {
  std::error_code error;
  const fs::path whole = fs::canonical(folder, error);
  return error ? folder.filename().string() : whole.filename().string();
}

/// Returns the card to write; empty if `folder` has a hand-written card, which is kept.
std::string card_for(const fs::path& folder, const ModelContent& content) {
  CardData card = content.card;
  if (has_handwritten_card(folder)) return {};
  if (const fs::path path = folder / kCard; is_there(path)) {
    std::vector<std::string> warnings;  // dropped: m2v generated this card
    const CardData old = read_card(base::read_characters(path).view(), path.string(), warnings);
    // Keep what the user has edited, unless the model's own card has a value for it.
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

void add_tensors(FolderSave& save, std::string_view name,
                 const std::vector<formats::TensorView>& tensors) {
  base::TemporaryFile& file = save.add(name);
  formats::write_safetensors([&](std::span<const std::byte> bytes) { file.write(bytes); }, tensors);
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
  formats::Sections kept;
  add_files(model, kept);
  FolderSave save(folder, force);
  for (const formats::Sections::Section& file : kept.all()) {
    if (file.name == kCard && has_handwritten_card(save.target())) continue;
    save.add(file.name).write(file.bytes.span());
  }
  save.commit();
}

}  // namespace m2v::model
