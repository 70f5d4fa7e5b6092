#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <vector>

#include "hub/http.h"
#include "hub/local_folder.h"

namespace m2v::hub {

/// A commit to be made.
struct Commit {
  std::string repository;
  std::string revision;    ///< The branch to commit to.
  std::string parent;      ///< The branch's head when it was last queried.
  std::string title;       ///< The first line of the commit message.
  bool create_pr = false;  ///< Open a pull request instead.
};

/// A file to be added by the commit. LFS files are uploaded to the storage for large files before
/// the commit.
struct Addition {
  const LocalFile* file = nullptr;  ///< Not owned.
  bool is_lfs = false;              ///< Whether the storage for large files holds it.
  std::string sha256;  ///< For LFS files: the content's hash in lower-case hexadecimal.
};

/// Queries for each file whether it is stored as an LFS object. Files that the repository's
/// .gitignore excludes are omitted. The files must outlive the result. Throws HubError or
/// FormatError.
std::vector<Addition> plan_additions(Client& client, const Commit& commit,
                                     const std::vector<const LocalFile*>& files);

/// Uploads the LFS files that the storage lacks, each in one piece or in parts, as the storage
/// requests. `sent` is increased by the bytes of all LFS files, including those already stored.
/// Returns the number of bytes uploaded. Throws HubError or FormatError.
std::uint64_t upload_objects(Client& client, const Commit& commit,
                             const std::vector<Addition>& additions,
                             std::atomic<std::uint64_t>& sent);

/// The result of send_commit().
struct Committed {
  std::string commit;  ///< Its hash; may be empty.
  std::string url;     ///< The URL of the commit or of the pull request.
};
/// Makes the commit. The request is repeated only after status 429 or 503, which guarantee that
/// nothing was committed. Throws HubError or FormatError.
Committed send_commit(Client& client, const Commit& commit, const std::vector<Addition>& additions);

}  // namespace m2v::hub
