#include "hub/local_folder.h"

#include <algorithm>
#include <cerrno>
#include <span>
#include <stdexcept>
#include <system_error>
#include <utility>

#include "base/folder_names.h"
#include "base/mapped_file.h"
#include "base/utf8_check.h"
#include "hub/names.h"
#include "m2v/error.h"
#include "model/model_card.h"
#include "model/model_folder.h"
#include "model/model_names.h"

namespace m2v::hub {
namespace {

namespace fs = std::filesystem;

using model::kCard;

void collect(const fs::path& folder, const std::string& prefix, std::vector<LocalFile>& files) {
  base::FolderNames names(folder);
  while (const char* const name = names.next()) {
    if (name[0] == '.') continue;
    const std::string path = prefix + name;
    if (!is_safe_path(path) || !base::is_utf8(path)) {  // names go through JSON, which is UTF-8
      throw std::invalid_argument(folder.string() +
                                  ": has a file whose name the hub cannot take; rename it");
    }
    const fs::path file = folder / name;
    std::error_code ignored;
    if (fs::is_directory(fs::symlink_status(file, ignored))) {
      collect(file, path + "/", files);
    } else if (fs::is_regular_file(file, ignored) && !model::is_model_file(path)) {
      files.push_back(
          {path, base::map_characters(file), {}, false});  // the model's are open already
    }
  }
  if (names.error() != 0) throw IoError("cannot read", folder, names.error());
}

/// Adds a generated card, or replaces the folder's card by it.
void set_card(std::vector<LocalFile>& files, std::string card) {
  auto location = std::ranges::find(files, kCard, &LocalFile::path);
  if (location == files.end()) {
    files.push_back({std::string(kCard), {}, std::move(card), true});
    std::ranges::sort(files, {}, &LocalFile::path);
  } else {
    location->made = std::move(card);
    location->is_made = true;
  }
}

}  // namespace

std::string LocalFile::hash(bool sha256) const {
  Digest digest = sha256 ? Digest::sha256() : Digest::git_blob(content().size());
  digest.update(std::as_bytes(std::span(content())));
  return digest.hex();
}

bool LocalFile::is(const RemoteFile& remote) const {
  return content().size() == remote.size && hash(remote.hash.size() == 64) == remote.hash;
}

std::vector<LocalFile> read_folder(const fs::path& folder, const model::ModelFiles& model) {
  std::vector<LocalFile> files;
  for (const std::string_view name : model::kModelFiles) {
    if (model.has(name)) files.push_back({std::string(name), model.open(name), {}, false});
  }
  collect(folder, "", files);
  std::ranges::sort(files, {}, &LocalFile::path);
  return files;
}

bool choose_card(std::vector<LocalFile>& files, const model::ModelFolder& model,
                 const std::string& repository, const std::string* their_card) {
  const auto ours = std::ranges::find(files, kCard, &LocalFile::path);
  if (ours != files.end() && !model::is_generated_card(ours->content())) return false;
  if (their_card != nullptr && !model::is_generated_card(*their_card)) {
    if (ours != files.end()) files.erase(ours);
    return true;
  }
  const std::string name = repository.substr(repository.find('/') + 1);
  const std::string card =
      ours != files.end() ? std::string(ours->content()) : model::card_of(model, name);
  set_card(files, model::card_for_hub(card, repository));
  return false;
}

}  // namespace m2v::hub
