#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "m2v/event.h"
#include "m2v/export.h"

// Downloads models from the Hugging Face Hub, and uploads them. The cache is that of
// `huggingface_hub`.
//
//   const auto folder = m2v::hub::pull("minishlab/potion-base-8M");
//   const auto model = m2v::StaticModel::load(folder);

namespace m2v::hub {

/// Which model to download, from where, and where to store it. Options that are not set are taken
/// from the environment, as `huggingface_hub` does: HF_ENDPOINT, HF_TOKEN (or the token file of `hf
/// auth login`), HF_HOME, HF_HUB_CACHE, HF_HUB_OFFLINE, HF_HUB_DISABLE_IMPLICIT_TOKEN,
/// HF_HUB_DISABLE_SYMLINKS, HF_HUB_DOWNLOAD_TIMEOUT, and the usual variables for proxies and
/// certificates.
struct HubOptions {
  std::string revision = "main";  ///< A branch, a tag, a commit, or "refs/pr/N".
  std::string subfolder;          ///< Folder of the model within the repository; empty: the root.
  std::optional<std::string> token;  ///< An empty string sends none, overriding the environment.
  std::string endpoint;              ///< URL; empty: HF_ENDPOINT or https://huggingface.co.
  std::filesystem::path cache;       ///< Cache folder; empty: that of `huggingface_hub`.
  bool offline = false;              ///< Use only the cache, never the network.
  bool refresh = false;  ///< Check for a newer commit of the revision even if a copy is cached.
  bool force_download = false;  ///< Download even the files that are in the cache.
  unsigned parallel = 4;        ///< Number of files downloaded at the same time; at least 1.
};

/// Downloads a model, unless it is in the cache already, and returns its folder. `repository` is
/// the model's id, "org/name", or "name" for the few without an owner.
///
/// Of a static model, its three files, its head if it has one, and the model card are downloaded;
/// of a Sentence Transformer, its configuration, tokenizer and weights. If the copy in the cache is
/// complete, no network access takes place, unless `refresh` or `force_download` is set. The
/// cache may be used by m2v and `huggingface_hub` at the same time. Every file is verified against
/// its hash (SHA-256, or git's SHA-1) before it appears in the cache. If the call fails or is
/// cancelled, the next call resumes the download.
///
/// Progress is reported in bytes (stage "downloading"). Among the warnings is one that a cached
/// copy is used because the Hub cannot be reached. Throws HubError (not found, gated, no
/// permission, not reachable), FormatError, IoError, Cancelled, or std::invalid_argument if the id,
/// a revision, a subfolder or a token is malformed.
M2V_HUB_API std::filesystem::path pull(std::string_view repository, const HubOptions& options = {},
                                       const OnEvent& on_event = {});

/// Returns whether a name can only be a path, not an id on the Hub: it begins with "/", "./", "../"
/// or "~"; is "." or ".."; ends with "/" or the suffix of a model file (".m2v", ".safetensors",
/// ".json"); or contains a backslash or more than one slash. Functions such as Path.as_posix() drop
/// a leading "./", so call this before them.
constexpr bool is_path_like(std::string_view name) noexcept {
  if (name.empty()) return false;
  if (name == "." || name == ".." || name.find('\\') != name.npos) return true;
  if (name.find('/') != name.rfind('/')) return true;
  for (const std::string_view start : {"/", "./", "../", "~"}) {
    if (name.starts_with(start)) return true;
  }
  for (const std::string_view end : {"/", ".m2v", ".safetensors", ".json"}) {
    if (name.ends_with(end)) return true;
  }
  return false;
}

/// Returns the id under which Sentence Transformers looks for a model: a name without an owner gets
/// the owner sentence-transformers, except for about sixty old names ("bert-base-uncased") that
/// have no owner on the Hub either.
[[nodiscard]] M2V_HUB_API std::string sentence_transformer_id(std::string_view name);

/// Returns the folder of a model given by path or id: the path if it exists (with the subfolder
/// appended), otherwise the result of pull(). If no such path exists and is_path_like() is true,
/// throws IoError without asking the Hub. Otherwise throws as pull() does.
M2V_HUB_API std::filesystem::path resolve(std::string_view id_or_path,
                                          const HubOptions& options = {},
                                          const OnEvent& on_event = {});

/// Options of push().
struct PushOptions {
  std::string revision = "main";     ///< The branch to commit to; it must exist.
  std::string subfolder;             ///< Folder of the repository for the files; empty: the root.
  std::string message;               ///< Title of the commit; empty: "Upload model with m2v".
  bool create_pr = false;            ///< Open a pull request instead of committing to the branch.
  bool make_private = false;         ///< Make a newly created repository private.
  std::optional<std::string> token;  ///< As in HubOptions; it needs write permission.
  std::string endpoint;              ///< As in HubOptions.
};

/// The result of push().
struct PushResult {
  std::string url;            ///< URL of the commit or pull request, or of the repository.
  std::string commit;         ///< Hash of the new commit, or of the current one if nothing changed.
  bool created = false;       ///< Whether the repository was created.
  std::size_t changed = 0;    ///< Number of files in the commit; 0: nothing was committed.
  std::size_t unchanged = 0;  ///< Number of files that were already in the repository.
  std::size_t uploaded = 0;   ///< Bytes sent to the storage for large files (LFS).
  bool kept_existing_card = false;  ///< Whether the repository's hand-written card was kept.
};

/// Uploads the folder of a static model in one commit, large files to the Hub's storage for them. A
/// repository that does not exist is created. Files whose names begin with a dot are not uploaded,
/// nor are files that the repository already has; files that only the repository has are left
/// alone. A generated model card never replaces one that was written by hand; a folder without a
/// card gets a generated one. Throws as pull() does.
M2V_HUB_API PushResult push(const std::filesystem::path& folder, std::string_view repository,
                            const PushOptions& options = {}, const OnEvent& on_event = {});

}  // namespace m2v::hub
