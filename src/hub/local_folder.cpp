#include "hub/local_folder.h"

#include <algorithm>
#include <cerrno>
#include <span>
#include <stdexcept>
#include <system_error>
#include <utility>

#include "core/folder_names.h"
#include "core/mapped_file.h"
#include "core/utf8_check.h"
#include "hub/names.h"
#include "m2v/error.h"
#include "store/model_card.h"
#include "store/model_folder.h"
#include "store/model_names.h"

namespace m2v::hub {
namespace {

namespace fs = std::filesystem;

using store::kCard;

void collect(const fs::path& folder, const std::string& prefix, std::vector<LocalFile>& files) {
  core::FolderNames names(folder);
  while (const char* const name = names.next()) {
    if (name[0] == '.') continue;
    const std::string path = prefix + name;
    if (!is_safe_path(path) || !core::is_utf8(path)) {  // names go through JSON, which is UTF-8
      throw std::invalid_argument(folder.string() +
                                  ": has a file whose name the hub cannot take; rename it");
    }
    const fs::path file = folder / name;
    std::error_code ignored;
    if (fs::is_directory(fs::symlink_status(file, ignored))) {
      collect(file, path + "/", files);
    } else if (fs::is_regular_file(file, ignored) && !store::is_model_file(path)) {
      files.push_back(
          {path, core::map_characters(file), {}, false});  // the model's are open already
    }
  }
  if (names.error() != 0) throw IoError("cannot read", folder, names.error());
}

/// With a card that m2v made itself. Replaces the folder's, if it has one.
void set_card(std::vector<LocalFile>& files, std::string card) {
  auto place = std::ranges::find(files, kCard, &LocalFile::path);
  if (place == files.end()) {
    files.push_back({std::string(kCard), {}, std::move(card), true});
    std::ranges::sort(files, {}, &LocalFile::path);
  } else {
    place->made = std::move(card);
    place->is_made = true;
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

std::vector<LocalFile> read_folder(const fs::path& folder, const store::ModelFiles& model) {
  std::vector<LocalFile> files;
  for (const std::string_view name : store::kModelFiles) {
    if (model.has(name)) files.push_back({std::string(name), model.open(name), {}, false});
  }
  collect(folder, "", files);
  std::ranges::sort(files, {}, &LocalFile::path);
  return files;
}

bool settle_card(std::vector<LocalFile>& files, const store::ModelFolder& model,
                 const std::string& repository, const std::string* their_card) {
  const auto ours = std::ranges::find(files, kCard, &LocalFile::path);
  if (ours != files.end() && !store::is_generated_card(ours->content())) return false;
  if (their_card != nullptr && !store::is_generated_card(*their_card)) {
    if (ours != files.end()) files.erase(ours);
    return true;
  }
  const std::string name = repository.substr(repository.find('/') + 1);
  const std::string card =
      ours != files.end() ? std::string(ours->content()) : store::card_of(model, name);
  set_card(files, store::card_for_hub(card, repository));
  return false;
}

}  // namespace m2v::hub
