#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "m2v/event.h"
#include "m2v/export.h"

namespace m2v::hub {

/// Where models come from and where they are kept. What is not set is taken from the environment as
/// `huggingface_hub` does: HF_ENDPOINT, HF_TOKEN (or the token file of `hf auth login`), HF_HOME,
/// HF_HUB_CACHE, HF_HUB_OFFLINE, HF_HUB_DISABLE_IMPLICIT_TOKEN, HF_HUB_DISABLE_SYMLINKS,
/// HF_HUB_DOWNLOAD_TIMEOUT, and the usual variables for proxies and certificates.
struct HubOptions {
  std::string revision = "main";     ///< A branch, a tag, a commit, or "refs/pr/N".
  std::string subfolder;             ///< Of the repository (or folder), in which the model lies.
  std::optional<std::string> token;  ///< Empty: none is sent, whatever the environment has.
  std::string endpoint;              ///< Empty: HF_ENDPOINT, else the Hugging Face Hub.
  std::filesystem::path cache;       ///< Empty: the one that `huggingface_hub` uses.
  bool offline = false;              ///< Only what is in the cache.
  bool refresh = false;  ///< Ask whether the revision has moved, even with a copy in the cache.
  bool force_download = false;  ///< Download again what is in the cache.
  unsigned parallel = 4;        ///< Files downloaded at once; at least 1.
};

/// The folder of a model on the hub, by its id ("org/name", or "name" for the few that have no
/// owner). It is looked up in the cache, and what
/// is missing of it is downloaded: of a static model its three files and the card, of a Sentence
/// Transformer its configuration, tokenizer and weights. A copy in the cache that is complete is
/// returned without any network call unless `refresh` or `force_download` asks for one. The cache
/// is the one of `huggingface_hub`, and both may use it at the same time. Every file is checked
/// against its hash (SHA-256, or git's) before it gets its name there. Reports progress (stage
/// "downloading", in bytes) and warnings, for example that a cached copy is used since the hub
/// cannot be reached. Cancelled or failed, a download is resumed by the next call. Throws HubError
/// (not found, gated, no permission, not reachable), FormatError, IoError, Cancelled, or
/// std::invalid_argument for an id, a revision or a token that cannot be one.
M2V_HUB_API std::filesystem::path pull(std::string_view repository, const HubOptions& options = {},
                                       const OnEvent& on_event = {});

/// Whether a name is meant as a path and never as an id on the hub: it begins with "/", "./", "../"
/// or "~", is "." or "..", ends with "/" or with a suffix of model files (".m2v", ".safetensors",
/// ".json"), has a backslash, or more than one slash. Path.as_posix() and the like drop a "./":
/// ask before.
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

/// The id under which Sentence Transformers would look for a model of that name: names without an
/// owner are those of sentence-transformers/, but for some sixty old ones ("bert-base-uncased"),
/// which have none on the hub either.
M2V_HUB_API std::string sentence_transformer_id(std::string_view name);

/// The folder of a model that somebody names: a path that exists (with its subfolder), else what
/// pull() gives. A name that is_path_like() is never asked of the hub: IoError.
M2V_HUB_API std::filesystem::path resolve(std::string_view id_or_path,
                                          const HubOptions& options = {},
                                          const OnEvent& on_event = {});

struct PushOptions {
  std::string revision = "main";     ///< The branch to commit to; it must exist.
  std::string subfolder;             ///< Of the repository, into which the files go.
  std::string message;               ///< The commit's title; empty: "Upload model with m2v".
  bool create_pr = false;            ///< Open a pull request instead of committing to the branch.
  bool make_private = false;         ///< Of a repository that does not exist yet.
  std::optional<std::string> token;  ///< As in HubOptions; one with the right to write.
  std::string endpoint;              ///< As in HubOptions.
};

struct PushResult {
  std::string url;               ///< Of the repository, the commit or the pull request.
  std::string commit;            ///< The new commit; the present one if nothing has changed.
  bool created = false;          ///< The repository is new.
  std::size_t changed = 0;       ///< Files in the commit; 0: there was nothing to commit.
  std::size_t unchanged = 0;     ///< Files that the repository has already.
  std::size_t uploaded = 0;      ///< Bytes sent to the storage for large files.
  bool kept_their_card = false;  ///< The repository's hand-written card was left alone.
};

/// Uploads a static model's folder in one commit; large files go to the hub's storage first. Files
/// whose names begin with a dot stay at home. A repository that does not exist is created. What the
/// repository has already is not uploaded again, and what only it has stays there. A card that m2v
/// generated never replaces one that somebody wrote; a folder without a card gets one.
/// Throws as resolve() does.
M2V_HUB_API PushResult push(const std::filesystem::path& folder, std::string_view repository,
                            const PushOptions& options = {}, const OnEvent& on_event = {});

}  // namespace m2v::hub
