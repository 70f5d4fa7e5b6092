#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "hub/listing.h"
#include "hub/settings.h"

namespace m2v::hub {

/// A repository in the cache, laid out as `huggingface_hub` does:
///
///   CACHE/.locks/models--org--name/HASH.lock
///   CACHE/models--org--name/blobs/HASH                   the contents, by their hashes
///                           blobs/HASH.incomplete        a download that goes on, or was cut
///                           refs/main                    a commit: what the branch was when asked
///                           snapshots/COMMIT/PATH        links to ../../blobs/HASH
///                           trees/COMMIT.json            all files of the commit
///                           .no_exist/COMMIT/PATH        asked for and not there
class Cache {
 public:
  /// `repository` is a repository's name; see names.h.
  Cache(const Settings& settings, std::string_view repository);

  /// In the cache's own folder: tells programs that make backups what it is.
  static constexpr std::string_view kTag = "CACHEDIR.TAG";

  const std::filesystem::path& root() const noexcept { return root_; }
  const std::filesystem::path& folder() const noexcept { return folder_; }
  std::filesystem::path blob(const std::string& hash) const { return folder_ / "blobs" / hash; }
  std::filesystem::path lock(const std::string& hash) const;
  std::filesystem::path snapshot(const std::string& commit) const;
  std::filesystem::path file(const std::string& commit, const std::string& path) const;

  /// The commit that a branch or tag was seen at; a commit is itself.
  std::optional<std::string> commit_of(const std::string& revision) const;
  void remember_commit(const std::string& revision, const std::string& commit) const;

  std::optional<Listing> listing(const std::string& commit) const;
  void remember_listing(const std::string& commit, const Listing& listing) const;

  bool is_known_absent(const std::string& commit, const std::string& path) const;
  /// Whether the snapshot has the file, whole as far as its size tells.
  bool has(const std::string& commit, const RemoteFile& file) const;
  bool has_blob(const RemoteFile& file) const;

  /// Makes the folders, and tags the cache as one.
  void create() const;
  /// Puts a blob into the snapshot: by a link, or where there are none, by moving (a new blob) or
  /// copying it. The caller has the blob's lock. Throws IoError.
  void link(const std::string& commit, const RemoteFile& file, bool is_new) const;

 private:
  std::filesystem::path root_;
  std::filesystem::path folder_;
  std::string name_;
  bool symlinks_;
};

}  // namespace m2v::hub
