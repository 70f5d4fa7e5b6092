#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "hub/hub_settings.h"
#include "hub/listing.h"

namespace m2v::hub {

/// One repository in the local cache, with the layout of `huggingface_hub`:
///
///   CACHE/.locks/models--org--name/HASH.lock
///   CACHE/models--org--name/blobs/HASH                   file contents, named by their hash
///                           blobs/HASH.incomplete        a download in progress or interrupted
///                           refs/main                    the branch's commit at the last query
///                           snapshots/COMMIT/PATH        links to ../../blobs/HASH
///                           trees/COMMIT.json            the listing of all files of the commit
///                           .no_exist/COMMIT/PATH        a file known to be absent from the commit
///
/// The functions that only read treat an unreadable file as absent; those that write throw IoError.
class Cache {
 public:
  /// `repository` is a valid repository name; see names.h. Creates nothing on disk.
  Cache(const Settings& settings, std::string_view repository);

  /// A file in the root of the cache that marks it as a cache, so that backup programs can skip it.
  static constexpr std::string_view kTag = "CACHEDIR.TAG";

  /// The cache's root, which all repositories share.
  const std::filesystem::path& root() const noexcept { return root_; }
  /// The folder of this repository.
  const std::filesystem::path& folder() const noexcept { return folder_; }
  /// Returns the path of a blob.
  std::filesystem::path blob(const std::string& hash) const { return folder_ / "blobs" / hash; }
  /// Returns the path of a blob's lock file.
  std::filesystem::path lock(const std::string& hash) const;
  /// Returns the folder of a commit's files.
  std::filesystem::path snapshot(const std::string& commit) const;
  /// Returns the path of a file in a commit's snapshot.
  std::filesystem::path file(const std::string& commit, const std::string& path) const;

  /// Returns the commit that a branch or tag pointed to when it was last queried; no value if it is
  /// unknown. A commit is returned as it is.
  std::optional<std::string> commit_of(const std::string& revision) const;
  /// Records the commit that a branch or tag points to.
  void store_commit(const std::string& revision, const std::string& commit) const;

  /// Returns the stored listing of a commit; no value if there is none, or if it is damaged or of
  /// another format version.
  std::optional<Listing> listing(const std::string& commit) const;
  /// Stores the listing of a commit.
  void store_listing(const std::string& commit, const Listing& listing) const;

  /// Returns whether `huggingface_hub` has recorded that the commit has no such file.
  bool is_known_absent(const std::string& commit, const std::string& path) const;
  /// Returns whether the snapshot has the file with the listed size. The content is not hashed.
  bool has(const std::string& commit, const RemoteFile& file) const;
  /// Returns whether the blob is there with the listed size. The content is not hashed.
  bool has_blob(const RemoteFile& file) const;

  /// Creates the repository's blob folder and the cache's tag file.
  void create() const;
  /// Puts a blob into the snapshot as a symbolic link. Where links are disabled or not supported, a
  /// new blob (`is_new`) is moved and any other one is copied. The caller must hold the blob's
  /// lock. Throws IoError.
  void link(const std::string& commit, const RemoteFile& file, bool is_new) const;

 private:
  std::filesystem::path root_;
  std::filesystem::path folder_;
  std::string name_;
  bool symlinks_;
};

}  // namespace m2v::hub
